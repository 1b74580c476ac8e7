// Any bytes as a cursor, and any bytes that somebody had sealed as one: a place, or none. A place seals and
// opens to itself.
#include <cstdint>
#include <cstdlib>

#include "base/seal.hpp"
#include "base/text.hpp"
#include "server/cursor.hpp"

namespace {

using namespace dirbridge;

const Secret& key() {
  static const Secret secret(std::string(seal_key_bytes, 'k'));
  return secret;
}

void require(bool holds) {
  if (!holds) std::abort();
}

void round_trip(const server::Cursor& cursor) {
  const auto again = server::unseal_cursor(key(), server::seal_cursor(key(), cursor, "q"), "q");
  if (cursor.place.key.size() > scim::max_sort_key_bytes) return;  // none of ours: its text may be too long
  require(again && again->place.key == cursor.place.key && again->place.id == cursor.place.id);
  require(again->place.side == cursor.place.side && again->count == cursor.count);
  require(again->issued == cursor.issued);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  require(!server::unseal_cursor(key(), bytes, "q"));  // nobody guesses a key
  const auto text = to_base64url(seal(key(), bytes, sha256("q")));
  if (const auto cursor = server::unseal_cursor(key(), text, "q")) round_trip(*cursor);
  return 0;
}
