#pragma once
// What an attribute of the directory can hold as a name, beyond what every reader needs. Plain values.
#include <cstddef>
#include <string>

namespace dirbridge::mapping {

struct NameLimits {
  std::string attribute;  // whose limits these are, for messages; empty: there are none
  std::size_t most_characters = 255;
  std::string forbidden{};  // characters
};

}  // namespace dirbridge::mapping
