// A line of the audit: whatever its bytes, it is a line or an error; a line that was read is written again as
// one line that reads the same, and its LDIF is safe to print.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "audit/line.hpp"

using namespace dirbridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of the exact size, so that reading past its end is seen.
  const std::vector<char> bytes(data, data + size);
  const auto line = audit::parse_line({bytes.data(), bytes.size()});
  if (!line) return line.error().detail.empty() ? (std::abort(), 0) : 0;
  const auto written = audit::to_json(*line);
  if (written.find('\n') != written.size() - 1) std::abort();
  const auto again = audit::parse_line({written.data(), written.size() - 1});
  if (!again || audit::to_json(*again) != written) std::abort();
  for (const char c : audit::to_ldif(*line))
    if (c == '\0' || c == '\r') std::abort();
  return 0;
}
