#pragma once
// Whether the bridge that runs can do its work, by its own account. Blocks.
#include <boost/json/object.hpp>
#include <string>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "operate/failure.hpp"

namespace dirbridge::operate {

enum class HealthQuestion {
  Ready,  // do the directories answer?
  Alive,  // does the process answer?
};

struct Health {
  bool good = false;
  std::string answer{};  // as it came: JSON, when it was a bridge; empty: none came
  std::vector<Failure> failures{};
};

Health ask_health(const config::Listen& admin, HealthQuestion question, Deadline deadline);

// {"good", "answer"?, "failures"}; an answer that is no JSON object is a failure.
boost::json::object to_json(const Health& health);

}  // namespace dirbridge::operate
