#pragma once
// The list of what waits for an administrator, and who decides. See removals.hpp.
#include <string>
#include <vector>

#include "provision/context.hpp"
#include "sync/budget.hpp"

namespace dirbridge::provision {

struct HeldRemoval {
  sync::Removal removal = sync::Removal::Disable;
  std::string id;    // of the user or group, or of the record of a directory group (held_grants.hpp)
  std::string name;  // userName or displayName, or the directory group's name
  directory::Dn dn;  // of the user, the group or the directory group
  std::vector<std::string> members;  // of a group: DNs of those who wait to leave
  std::string changed;               // when the entry was changed last (xsd:dateTime)
};

// Everything of this connection that waits, by name.
Result<std::vector<HeldRemoval>> held_removals(const Context& context, Deadline deadline);

}  // namespace dirbridge::provision
