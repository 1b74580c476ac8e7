#include "base/uuid.hpp"

#include <algorithm>
#include <cstdint>

#include "base/secret.hpp"
#include "base/text.hpp"

namespace dirbridge {

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
  std::string out;
  append_uuid(bytes, out);
  return out;
}

void append_uuid(const UuidBytes& bytes, std::string& out) {
  static constexpr char digits[] = "0123456789abcdef";
  std::array<char, 36> text;
  char* at = text.data();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
    *at++ = digits[bytes[i] >> 4];
    *at++ = digits[bytes[i] & 15];
  }
  out.append(text.data(), text.size());
}

}  // namespace dirbridge
