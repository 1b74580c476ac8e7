#pragma once
// How a user or group is now, and what grants each membership, as values: "why is she in this group".
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::operate {

// One reason for a membership.
struct Grant {
  enum class By {
    SourceGroup,        // a group of the identity provider
    DefaultRule,        // of default groups
    Guard,              // it held back what would have ended the membership
    HandBefore,         // somebody, before the identity provider granted it
    SourceGroupOrHand,  // the entry is the identity provider's group, and says no more
    Hand,
    HeldRemoval,  // the identity provider ended it, which waits for approval
  };
  By by = By::Hand;
  std::string connection{};
  std::string group{};      // the source group's displayName
  std::string mapped_as{};  // the name by which the mapping knows it, if that is another one
};
std::string_view to_string(Grant::By by);  // "source_group", ...

struct Membership {
  std::string group;  // cn
  directory::Dn dn;
  std::vector<Grant> grants;  // at least one
};

struct State {
  enum class Activity { Active, Disabled, DisableHeld, DisableRejected, Deleted, DeletionHeld };

  bool is_user = false;
  directory::Dn dn;
  std::string connection{};  // empty: the bridge does not manage it
  std::string id{};
  std::string user_name{};  // of a user
  Activity activity = Activity::Active;
  std::string deleted{};                  // when the identity provider did; xsd:dateTime
  std::vector<Membership> memberships{};  // of a user
  std::vector<Grant> sources{};           // of a directory group: where its members come from
};
std::string_view to_string(State::Activity activity);  // "active", ...

// A user or group, or a directory group that nobody's identity provider knows.
struct Subject {
  directory::Entry entry;
  bool is_user = false;
};

// Those that go by this name: a login name, userName, displayName, id or DN.
Result<std::vector<Subject>> find_subjects(const provision::Context& context, const std::string& name,
                                           Deadline deadline);

Result<State> state_of(const provision::Context& context, const Subject& subject, Deadline deadline);

boost::json::object to_json(const Grant& grant);
boost::json::object to_json(const Membership& membership);
boost::json::object to_json(const State& state);

}  // namespace dirbridge::operate
