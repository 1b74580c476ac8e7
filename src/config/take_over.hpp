#pragma once
// A configuration that is read again while a bridge runs with another one. Pure functions.
#include <string>
#include <vector>

#include "config/loader.hpp"

namespace dirbridge::config {

struct TakenOver {
  Config config;                     // what the bridge runs with from now on
  std::vector<std::string> waiting;  // JSON paths of what it does not have yet: it takes a restart
};

// `next`, but what needs a restart is as in `running`. A connection whose directory does not run stays as it
// was, and is left out when it is new. Problems: the rest does not go with what stays.
boost::system::result<TakenOver, Problems> take_over(const Config& running, const Config& next);

// Whether this connection of `taken` has the rules that `next` says, from which it was taken over.
bool is_as_written(const Config& taken, const Config& next, const std::string& connection);

// Whether the section of this connection differs; both have it.
bool has_changed(const Config& before, const Config& after, const std::string& connection);
// Whether it differs in what it says of users and groups: `dirbridge apply` may have something to do.
bool has_other_rules(const Config& before, const Config& after, const std::string& connection);

}  // namespace dirbridge::config
