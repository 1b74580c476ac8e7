#include "base/uuid.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/secret.hpp"
#include "base/text.hpp"

namespace dirbridge {

namespace {

constexpr auto hex_pairs = [] {
  constexpr char digits[] = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> out{};
  for (std::size_t byte = 0; byte < out.size(); ++byte) out[byte] = {digits[byte >> 4], digits[byte & 15]};
  return out;
}();

}  // namespace

std::string new_uuid(WallTime now) {
  const std::string random = random_bytes(16);
  UuidBytes bytes{};
  std::copy(random.begin(), random.end(), bytes.begin());
  const auto since = now.time_since_epoch();
  const auto whole = std::chrono::floor<std::chrono::milliseconds>(since);
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(since - whole);
  auto millis = static_cast<std::uint64_t>(whole.count());
  for (std::size_t i = 6; i-- > 0; millis >>= 8) bytes[i] = static_cast<unsigned char>(millis & 0xFF);
  const auto fraction = static_cast<unsigned>(rest.count() * 4096 / 1'000'000);  // RFC 9562 6.2, method 3
  bytes[6] = static_cast<unsigned char>(0x70 | (fraction >> 8));
  bytes[7] = static_cast<unsigned char>(fraction & 0xFF);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
  return unpack_uuid(bytes);
}

std::string named_uuid(std::string_view name) {
  const auto digest = sha256(name);
  UuidBytes bytes{};
  std::copy_n(digest.begin(), bytes.size(), bytes.begin());
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x80);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x0F) | 0xA0);
  return unpack_uuid(bytes);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = ascii_lower(text[i]);
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

std::optional<WallTime> uuid_time(std::string_view text) {
  if (!is_uuid(text) || text[14] != '7') return std::nullopt;
  const auto bytes = pack_uuid(ascii_lower(text));
  std::int64_t millis = 0;
  for (std::size_t i = 0; i < 6; ++i) millis = millis << 8 | bytes[i];
  return WallTime(std::chrono::milliseconds(millis));
}

UuidBytes pack_uuid(std::string_view text) {
  const auto hex_value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  UuidBytes out{};
  std::size_t nibble = 0;
  for (const char c : text) {
    if (c == '-' || nibble == 32) continue;
    out[nibble / 2] = static_cast<unsigned char>(out[nibble / 2] << 4 | hex_value(ascii_lower(c)));
    ++nibble;
  }
  return out;
}

std::string unpack_uuid(const UuidBytes& bytes) {
  std::string out(uuid_chars, '-');
  write_uuid(bytes, out.data());
  return out;
}

void write_uuid(const UuidBytes& bytes, char* out) {
  // Where the two digits of each byte stand.
  static constexpr std::array<std::uint8_t, 16> places{0,  2,  4,  6,  9,  11, 14, 16,
                                                       19, 21, 24, 26, 28, 30, 32, 34};
  out[8] = out[13] = out[18] = out[23] = '-';
  for (std::size_t i = 0; i < bytes.size(); ++i) std::copy_n(hex_pairs[bytes[i]].data(), 2, out + places[i]);
}

}  // namespace dirbridge
