// The configuration file: whatever its bytes, it is a Config or a list of problems that print on one line
// each.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "config/loader.hpp"

using dirbridge::config::parse_config;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of the exact size, so that reading past its end is seen.
  const std::vector<char> bytes(data, data + size);
  const auto result = parse_config({bytes.data(), bytes.size()}, "/etc/dirbridge");
  if (result) return 0;
  if (result.error().list.empty()) std::abort();
  for (const auto& problem : result.error().list) {
    if (problem.message.empty() || dirbridge::has_control(to_string(problem))) std::abort();
  }
  return 0;
}
