#pragma once
// The bearer tokens of a connection, as an administrator may see them.
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace dirbridge::operate {

struct ListedToken {
  std::string id;
  std::string created;  // xsd:dateTime
  std::string label;
};

// None where the file is not there. Errors as read_token_file().
Result<std::vector<ListedToken>> token_list(const std::string& tokens_file);

// {"tokens": [{"id", "created", "label"}]}
boost::json::object to_json(const std::vector<ListedToken>& tokens);

}  // namespace dirbridge::operate
