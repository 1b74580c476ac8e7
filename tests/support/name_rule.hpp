#pragma once
// Name rules of a single rule, which keep the letter case.
#include <string>

#include "mapping/name_rules.hpp"

namespace dirbridge::test {

inline mapping::NameRules name_rule(const std::string& match, const std::string& replace) {
  return mapping::NameRules::compile({{match, replace}}, mapping::LetterCase::Keep).value();
}

}  // namespace dirbridge::test
