#pragma once
// What the audit says about an entry and its memberships, as values: "who disabled him". One thread.
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "audit/reader.hpp"

namespace dirbridge::operate {

// One thing that a line of the audit says about the entry.
struct Deed {
  enum class Kind {
    Created,
    Deleted,
    Renamed,  // old_name, new_name
    Enabled,
    Disabled,
    MarkedDeleted,  // the entry is kept
    TakenUpAgain,
    Changed,                // attributes
    MembersAdded,           // members: how many
    MembersRemoved,         // the same
    MemberRemovalsHeld,     // the same
    MemberRemovalsSettled,  // the same: they no longer wait
    AddedToNewGroup,        // group
    AddedToGroup,           // group
    RemovedFromGroup,       // group
    LeavingHeld,            // group: the removal from it waits
    LeavingSettled,         // group: it no longer waits
    Decision,               // removal, group: the DN of a group that the entry is a member of, or empty
    Left,                   // field: it was left as it is
  };
  Kind kind = Kind::Changed;
  std::string group{};
  std::string old_name{}, new_name{};
  std::size_t members = 0;
  std::vector<std::string> attributes{};
  std::string removal{};
  std::string field{};
};
std::string_view to_string(Deed::Kind kind);  // "created", ...

// A line of the audit. Fields as audit::Line.
struct Event {
  std::string time;
  std::string connection;
  std::string cause;
  std::string outcome;
  std::string detail;
  std::string reason;  // of the change
  directory::Dn dn;
  std::vector<Deed> deeds;  // at least one
};
boost::json::object to_json(const Deed& deed);
boost::json::object to_json(const Event& event);

// Under all names that the entry has had, oldest first. `name`: when the entry is gone, what its DN began
// with.
Result<std::vector<Event>> past(const audit::FileSettings& file, const std::vector<directory::Dn>& dns,
                                const std::string& name);

}  // namespace dirbridge::operate
