// Request targets: whatever is accepted is clean, and comes back from its canonical form unchanged.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "http/uri.hpp"

using namespace dirbridge;

namespace {

std::string canonical(const http::Target& target) {
  std::string out;
  for (const auto& segment : target.segments) out += '/' + http::percent_encode(segment);
  if (out.empty()) out = "/";
  char separator = '?';
  for (const auto& [name, value] : target.query) {
    out += separator + http::percent_encode(name) + '=' + http::percent_encode(value);
    separator = '&';
  }
  return out;
}

void check_clean(const std::string& text) {
  if (has_control(text) || !is_utf8(text)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of the exact size, so that reading past its end is seen.
  const std::vector<char> bytes(data, data + size);
  const auto target = http::parse_target({bytes.data(), bytes.size()});
  if (!target) return 0;
  for (const auto& segment : target->segments) {
    check_clean(segment);
    if (segment.empty() || segment == "." || segment == "..") std::abort();
  }
  for (const auto& [name, value] : target->query) {
    check_clean(name);
    check_clean(value);
  }
  const auto again = http::parse_target(canonical(*target));
  if (!again) {
    if (again.error().kind != ErrorKind::TooLarge)
      std::abort();  // escapes are longer than what they stand for
    return 0;
  }
  if (again->segments != target->segments || again->query != target->query) std::abort();
  return 0;
}
