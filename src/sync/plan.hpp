#pragma once
// plan(): goal + what is there -> ordered changes. A pure function: no I/O, no clock, the same input gives
// the same plan, and a plan for a goal that holds already is empty.
#include <optional>
#include <string>
#include <vector>

#include "directory/change.hpp"
#include "sync/goal.hpp"

namespace dirbridge::sync {

// How groups look in this directory (design rule 7).
struct GroupShape {
  std::string member_attribute = "member";
  directory::Dn placeholder;  // keeps a group without members valid; names no user
};

struct Value {
  std::string attribute;
  std::string value;
  friend bool operator==(const Value&, const Value&) = default;
};

struct Current {
  std::optional<directory::Entry> entry;  // absent: there is none
  std::vector<std::string> unread;        // attributes that were not asked for: their values are unknown
  std::vector<Value> absent;              // values of unread attributes that are known not to be there
  // Groups that name the entry, under its DN or one of its aliases. Needed only where needs_referrers() says
  // so.
  std::vector<directory::Dn> referrers;
  std::vector<directory::Dn> holders{};  // those of them that name it in dirbridgeHeldMember as well
  // What the server takes for the same, asked where needs_referrers() says so: it finds the entry at the
  // goal's DN already (another spelling of its DN), and under these of its aliases.
  bool at_goal = false;
  std::vector<std::string> spellings{};
};

// Changes of one stage are independent of each other and may run at once; stages run in order.
using Stage = std::vector<directory::Change>;

struct Plan {
  std::vector<Stage> stages;
  bool empty() const { return stages.empty(); }
};

// DNs other than its own under which groups may still name an entry: left by a rename that did not finish.
std::vector<std::string> aliases(const directory::Entry& entry);

// Whether the groups that name the entry must be known before plan() can be called.
bool needs_referrers(const EntryGoal& goal, const std::optional<directory::Entry>& entry);

// A rename never leaves a gap and can be taken up again after a crash at any point: the entry first remembers
// both names (dirbridgeAlias), its groups get the new name, then it is renamed, its groups lose the old name,
// and the last change writes the attributes and forgets the alias. Where the server takes both for one DN, it
// is one value in the groups: spelled anew after the rename.
Plan plan(const EntryGoal& goal, const Current& current, const GroupShape& shape);

}  // namespace dirbridge::sync
