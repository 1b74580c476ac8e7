#pragma once
// What kept an answer from being complete.
#include <boost/json/array.hpp>
#include <string>
#include <vector>

namespace dirbridge::operate {

struct Failure {
  std::string what;  // the connection, user, group or field that it is about; empty: all of it
  std::string detail;
};

// [{"what"?, "detail"}]
boost::json::array to_json(const std::vector<Failure>& failures);

}  // namespace dirbridge::operate
