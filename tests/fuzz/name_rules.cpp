// Name rules: any pattern, replacement and name give a name or an error, soon. The three are lines of the
// input; the first byte chooses the letter case.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "mapping/name_rules.hpp"

using dirbridge::mapping::LetterCase;
using dirbridge::mapping::NameRules;

namespace {

std::string take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  std::string line(rest.substr(0, end));
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto letter_case = static_cast<LetterCase>(data[0] % 3);
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto match = take_line(rest);
  auto replace = take_line(rest);
  const auto rules = NameRules::compile({{std::move(match), std::move(replace)}}, letter_case);
  if (!rules) {
    if (rules.error().field.empty() || rules.error().detail.empty()) std::abort();
    return 0;
  }
  const auto name = rules->apply(rest);
  if (name && (name->empty() || !dirbridge::is_utf8(*name))) std::abort();
  return 0;
}
