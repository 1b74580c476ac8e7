#pragma once
// Removals that wait for an administrator, and what was decided about them, as values.
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "operate/failure.hpp"
#include "provision/upkeep/held_removals.hpp"

namespace dirbridge::operate {

enum class HeldDecision { Approve, Reject };
std::string_view to_string(HeldDecision decision);  // "approve", "reject"

struct Decided {
  enum class Outcome {
    Done,
    Settled,  // by the decision on another one, such as the deletion of its group
    Failed,
  };
  std::string connection;
  provision::HeldRemoval removal;
  Outcome outcome = Outcome::Failed;
  std::string detail{};  // why it failed
};
std::string_view to_string(Decided::Outcome outcome);  // "done", ...

// One that waits.
struct Held {
  std::string connection;
  provision::HeldRemoval removal;
  std::string since;                 // xsd:dateTime; when the entry was changed last, without an audit
  std::optional<std::string> cause;  // the request's id; absent: not known
};

struct HeldList {
  std::vector<Held> held;
  std::vector<Failure> failures;
};
struct DecidedList {
  HeldDecision decision = HeldDecision::Approve;
  std::vector<Decided> decided{};
  std::vector<Failure> failures{};
};

// {"connection", "id", "removal", "name", "dn", "members", "since", "cause"?}
boost::json::object to_json(const Held& held);
// The same without the last two, and "outcome", "detail"?.
boost::json::object to_json(const Decided& decided);
// What to_json() makes; nullopt: it is none.
std::optional<Decided> decided_in(const boost::json::object& object);
// {"held", "failures"}
boost::json::object to_json(const HeldList& list);
// {"decision", "decided", "failures"}
boost::json::object to_json(const DecidedList& list);

}  // namespace dirbridge::operate
