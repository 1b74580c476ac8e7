#pragma once
// Hands a person's projects and components over to others, before she leaves: Jira deletes a user without
// issues who vanishes from the directory even if she leads a project, and then nobody can create issues
// there. Thread-safe; one hand-over at a time.
//
// Jira cannot be asked who leads what: all projects and their components are read. What was read is used for
// a minute, so that many who leave together cost one reading.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "jira/api.hpp"

namespace dirbridge::jira {

struct Successors {
  std::string project_lead;    // user name; empty: projects keep their lead
  std::string component_lead;  // user name; empty: components keep their lead
};

struct HandedOver {
  std::size_t projects = 0;
  std::size_t components = 0;
  std::vector<std::string> archived;  // what Jira does not let change, because its project is archived
};

class Leads {
 public:
  static constexpr std::chrono::seconds life{60};

  Leads(Server server, Successors successors) : api_(std::move(server)), successors_(std::move(successors)) {}

  // Whom Jira does not know leads nothing. All that can be moved is moved, also when some of it fails; the
  // error then names the first that did. Refused when the successor is unknown, or is the one who leaves.
  // Busy when another hand-over takes until the deadline. Otherwise as Api.
  Result<HandedOver> hand_over(std::string_view user_name, Deadline deadline);

 private:
  // A project or a component.
  struct Led {
    enum class Kind { Project, Component };
    Kind kind;
    std::string id;           // a project's key
    std::string description;  // for messages
    std::string lead;         // user key
    bool archived;
  };

  class Turn;

  Result<HandedOver> hand_over_alone(std::string_view user_name, Deadline deadline);
  Result<> read(Deadline deadline);
  Result<> move(Led& led, HandedOver& done, Deadline deadline);
  Result<std::string> successor_key(const std::string& name, Deadline deadline);

  // ThreadSanitizer does not see how a std::timed_mutex is locked.
  std::mutex mutex_;
  std::condition_variable freed_;
  bool busy_ = false;
  Api api_;  // this and the next: of whoever set busy_
  const Successors successors_;
  std::optional<std::chrono::steady_clock::time_point> read_at_;
  std::vector<Led> all_;
};

}  // namespace dirbridge::jira
