#include "provision/selection.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dirbridge::provision {

namespace {

int hex_value(char c) {
  return c <= '9' ? c - '0' : c - 'a' + 10;
}

}  // namespace

PackedId pack_id(std::string_view uuid) {
  PackedId out{};
  std::size_t nibble = 0;
  for (const char c : uuid) {
    if (c == '-' || nibble == 32) continue;
    out[nibble / 2] = static_cast<unsigned char>(out[nibble / 2] << 4 | hex_value(ascii_lower(c)));
    ++nibble;
  }
  return out;
}

std::string unpack_id(const PackedId& id) {
  std::string text = to_hex({reinterpret_cast<const char*>(id.data()), id.size()});
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

bool precedes(const Standing& a, const Standing& b, bool descending) {
  if (a.key != b.key) return descending ? b.key < a.key : a.key < b.key;
  return a.id < b.id;
}

void Selection::add(const PackedId& id, std::string_view key) {
  items_.push_back({id, static_cast<std::uint32_t>(key.size()), keys_.size()});
  keys_ += key;
}

void Selection::sort() {
  std::sort(items_.begin(), items_.end(), [&](const Item& a, const Item& b) {
    return precedes(standing(a), standing(b), descending_);
  });
}

}  // namespace dirbridge::provision
