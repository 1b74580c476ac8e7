#pragma once
// What `dirbridge apply` answers.
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "operate/command_outcome.hpp"
#include "operate/plan.hpp"

namespace dirbridge::operate {

struct Application {
  explicit Application(const Plan& plan)
      : connection(plan.connection), losses(plan.losses), left(plan.left) {}

  std::string connection;
  Losses losses;             // as planned
  std::vector<Left> left;    // as planned
  bool confirmed = false;    // false: nothing was changed, since nobody said yes to the losses
  CommandOutcome outcome{};  // when it was

  std::vector<Failure> failures() const;
};

// {"connection", "losses", "left", "confirmed", "users"?, "groups"?, "changed"?, "failures"}; without the
// numbers nothing was done.
boost::json::object to_json(const Application& application);

}  // namespace dirbridge::operate
