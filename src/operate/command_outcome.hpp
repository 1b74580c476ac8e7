#pragma once
// What a command that writes has done, whoever did it: the bridge that runs, or the command itself.
#include <optional>
#include <string>
#include <vector>

#include "operate/failure.hpp"
#include "operate/held.hpp"
#include "operate/reloaded.hpp"

namespace dirbridge::operate {

// What converge_all() did.
struct Applied {
  std::size_t users = 0;   // looked at
  std::size_t groups = 0;  // looked at
  std::size_t changed = 0;
  std::vector<Failure> failures{};  // everything else was done
};
// {"users", "groups", "changed", "failures"}
boost::json::object to_json(const Applied& applied);

struct CommandOutcome {
  std::vector<Decided> decided;        // of `held approve` and `held reject`
  std::string failure;                 // why nothing was done; empty: it was tried
  std::optional<Applied> applied{};    // of `apply`
  std::optional<Reloaded> reloaded{};  // of `reload`
};
// {"decided", "failure", "applied"?, "reloaded"?}
boost::json::object to_json(const CommandOutcome& outcome);
// What to_json() makes; nullopt: it is none.
std::optional<CommandOutcome> outcome_in(const boost::json::object& object);

}  // namespace dirbridge::operate
