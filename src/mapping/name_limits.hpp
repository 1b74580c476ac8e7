#pragma once
// What attributes of the directory can hold: as a name, beyond what every reader needs, and as a value. Plain
// values.
#include <cstddef>
#include <string>

namespace dirbridge::mapping {

struct NameLimits {
  std::string attribute;  // whose limits these are, for messages; empty: there are none
  std::size_t most_characters = 255;
  std::string forbidden{};  // characters
};

struct ValueLimit {
  std::string attribute;
  std::string field;  // what it is made of, as SCIM names it
  std::size_t most_characters;
};

}  // namespace dirbridge::mapping
