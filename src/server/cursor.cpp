#include "server/cursor.hpp"

#include "base/seal.hpp"
#include "base/text.hpp"

namespace dirbridge::server {

namespace {

using provision::Place;

// What is sealed: version, side, issued (8 bytes), count (8), id (16), key (the rest).
constexpr char version = 1;
constexpr std::size_t fixed_bytes = 2 + 8 + 8 + 16;

void append_number(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xFFU);
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = at; i < at + 8; ++i) number = number << 8U | static_cast<unsigned char>(bytes[i]);
  return number;
}

std::int64_t seconds_of(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::optional<Cursor> parse(std::string_view bytes) {
  if (bytes.size() < fixed_bytes || bytes[0] != version || (bytes[1] != 'a' && bytes[1] != 'b'))
    return std::nullopt;
  const auto issued = static_cast<std::int64_t>(number_at(bytes, 2));
  // Far beyond any clock, and still far from where time points overflow.
  if (issued < 0 || issued > 0xFFFFFFFF) return std::nullopt;
  UuidBytes id{};
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<unsigned char>(bytes[18 + i]);
  Cursor out;
  out.place = {std::string(bytes.substr(fixed_bytes)), unpack_uuid(id),
               bytes[1] == 'a' ? Place::Side::After : Place::Side::Before};
  out.count = number_at(bytes, 10);
  out.issued = WallTime(std::chrono::seconds(issued));
  return out;
}

Error invalid() {
  return error(ErrorKind::InvalidCursor,
               "this cursor was not issued here, or for another filter, order or resource type", "cursor");
}

}  // namespace

std::string seal_cursor(const Secret& key, const Cursor& cursor, std::string_view query) {
  std::string bytes{version, cursor.place.side == Place::Side::After ? 'a' : 'b'};
  append_number(bytes, static_cast<std::uint64_t>(seconds_of(cursor.issued)));
  append_number(bytes, cursor.count);
  for (const auto byte : pack_uuid(cursor.place.id)) bytes += static_cast<char>(byte);
  bytes += cursor.place.key;
  return to_base64url(dirbridge::seal(key, bytes, sha256(query)));
}

std::optional<Cursor> unseal_cursor(const Secret& key, std::string_view text, std::string_view query) {
  if (text.size() > max_cursor_bytes) return std::nullopt;
  const auto sealed = from_base64url(text);
  const auto bytes = sealed ? unseal(key, *sealed, sha256(query)) : std::nullopt;
  return bytes ? parse(*bytes) : std::nullopt;
}

std::optional<Secret> Cursors::known() const {
  const std::lock_guard lock(mutex_);
  return key_;
}

void Cursors::learn(const Secret& key) {
  const std::lock_guard lock(mutex_);
  key_ = key;
}

Result<std::string> Cursors::seal(Place place, std::uint64_t count, std::string_view query,
                                  Deadline deadline) {
  auto key = known();
  if (!key) {
    auto shared = keys_->get(deadline);
    if (!shared) return shared.error();
    learn(*shared);
    key = std::move(*shared);
  }
  return seal_cursor(*key, {std::move(place), count, clock_.now()}, query);
}

Result<Place> Cursors::open(std::string_view text, std::uint64_t count, std::string_view query,
                            Deadline deadline) {
  if (text.size() > max_cursor_bytes) return invalid();
  auto key = known();
  auto cursor = key ? unseal_cursor(*key, text, query) : std::nullopt;
  if (!cursor) {  // another instance may have made a key since
    auto shared = keys_->look(deadline);
    if (!shared) return shared.error();
    if (!*shared) return invalid();
    learn(**shared);
    cursor = unseal_cursor(**shared, text, query);
  }
  if (!cursor) return invalid();
  if (clock_.now() - cursor->issued > cursor_timeout)
    return error(ErrorKind::ExpiredCursor, "this cursor has expired: start again with the first page",
                 "cursor");
  if (cursor->count != count)
    return error(ErrorKind::InvalidCount,
                 "count must be the same for all pages, here " + std::to_string(cursor->count), "count");
  return std::move(cursor->place);
}

}  // namespace dirbridge::server
