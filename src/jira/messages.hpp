#pragma once
// What Jira answers (REST API v2), read with care: a proxy or another program may have answered instead. Pure
// functions; Unavailable when the text is not what Jira writes.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace dirbridge::jira {

// People are compared by key, which survives a rename, and sent by name.
struct Project {
  std::string key;
  std::string lead;  // the lead's user key; empty: none
  bool archived = false;
};

struct Component {
  std::string id;
  std::string name;
  std::string lead;  // the lead's user key; empty: none
};

// A user's key; older versions leave it out where it equals the name.
Result<std::string> read_user_key(std::string_view answer);
Result<std::vector<Project>> read_projects(std::string_view answer);
Result<std::vector<Component>> read_components(std::string_view answer);

// What Jira complains about, in one line of printable text; empty when the answer does not say.
std::string read_complaint(std::string_view answer);

}  // namespace dirbridge::jira
