#pragma once
// What became of a reload.
#include <boost/json/object.hpp>
#include <string>
#include <vector>

namespace dirbridge::operate {

struct Reloaded {
  std::string file;                                  // the configuration
  std::vector<std::string> refused;                  // why everything is as it was; empty: it was taken over
  bool certificate = false;                          // certificate and key were read again
  std::vector<std::string> added, changed, removed;  // connections
  std::vector<std::string> other_rules;  // of `changed`: users or groups, for `dirbridge plan` and `apply`
  std::vector<std::string> waiting;      // JSON paths of what has changed and needs a restart
};

// {"file", "refused", "certificate", "added", "changed", "removed", "other_rules", "waiting"}
boost::json::object to_json(const Reloaded& reloaded);
// What to_json() makes; what is missing is empty.
Reloaded reloaded_in(const boost::json::object& object);

}  // namespace dirbridge::operate
