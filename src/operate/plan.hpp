#pragma once
// What `apply` would do to a connection, found out on a copy of its directory: nothing is changed.
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "operate/connection_parts.hpp"
#include "operate/failure.hpp"
#include "operate/left.hpp"
#include "operate/losses.hpp"

namespace dirbridge::operate {

struct Plan {
  std::string connection;
  std::vector<directory::Change> changes{};  // in order, as the server would get them, secrets hidden
  Losses losses{};
  std::size_t users = 0;   // looked at
  std::size_t groups = 0;  // looked at
  std::vector<Failure> failures{};
  std::vector<Left> left{};
};

// Budgets do not hold here: who asks wants to see all of it. Blocks, for as long as the connection's entries
// take to be read. Errors are those of reading.
Result<Plan> make_plan(const config::Config& config, const ConnectionParts& connection);

// {"connection", "changes": [as in the audit], "losses", "users", "groups", "failures", "left"}
boost::json::object to_json(const Plan& plan);

}  // namespace dirbridge::operate
