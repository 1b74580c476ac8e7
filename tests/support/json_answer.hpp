#pragma once
// What a command of the built program answers to a program: standard output apart from standard error.
#include <boost/json/object.hpp>
#include <string>
#include <vector>

namespace dirbridge::test {

struct JsonAnswer {
  int exit_code = -1;
  boost::json::object document;
  std::string said;  // on standard error
};

// Throws std::runtime_error, with all that was printed, unless standard output is one JSON object on a line
// of its own and nothing else.
JsonAnswer json_answer(const std::vector<std::string>& arguments);

}  // namespace dirbridge::test
