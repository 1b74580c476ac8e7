#pragma once
// JSON for people to read.
#include <boost/json/value.hpp>
#include <string>

namespace dirbridge::config {

// With line breaks and indentation, ends with a line feed. A small array or object stays in one line.
std::string pretty(const boost::json::value& value);

}  // namespace dirbridge::config
