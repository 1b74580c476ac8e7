#pragma once
// Values as a list of JSON objects, by their own to_json.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <vector>

namespace dirbridge::operate {

template <class Value>
boost::json::array list_of(const std::vector<Value>& values) {
  boost::json::array out;
  for (const auto& value : values) out.push_back(to_json(value));
  return out;
}

}  // namespace dirbridge::operate
