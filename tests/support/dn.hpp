#pragma once
// DNs as a test writes them down. Throws std::logic_error when one does not parse.
#include <string>
#include <string_view>

#include "directory/dn.hpp"

namespace dirbridge::test {

inline directory::Dn dn(std::string_view text) {
  return directory::Dn::parse(text).value();
}

// Below the suffix that a directory of a test has unless the test says otherwise.
inline directory::Dn example_dn(const std::string& text) {
  return dn(text + ",dc=example,dc=org");
}

}  // namespace dirbridge::test
