#pragma once
// Memberships of a directory group that end because a source group loses it: the identity provider gave the
// source group a name of which the rules make another directory group, or none. The member removals of the
// directory group have a budget of their own. Over it all of them wait: a record of the directory group
// (dirbridgeKind: held) grants them instead, and lists them in dirbridgeHeldMember, until an administrator
// decides or they are granted anew. Whose leaving was rejected is granted by it without waiting.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "provision/removals.hpp"
#include "provision/store/records.hpp"
#include "sync/journal.hpp"

namespace dirbridge::provision {

// One directory group that one change of a source group takes from it. One thread.
class LostTarget {
 public:
  // `source`: the id of the source group.
  LostTarget(const Context& context, directory::Dn group, std::string_view source);

  // Before the change is written. `users`: whom the source group has.
  Result<> hold_back(std::span<const std::string> users, Deadline deadline);
  // It is written. Who waits does so still, whatever other changes have done meanwhile.
  Result<> landed(Deadline deadline);

 private:
  Result<std::vector<std::string>> leaving(std::span<const std::string> users, Deadline deadline) const;

  const Context& context_;
  directory::Dn group_;
  std::string source_;
  SideRecord record_;
  Permission permission_;
  std::vector<std::string> held_;
};

// Those of the users to whom the directory group is granted otherwise: nothing of them waits any more.
Result<> release_granted(const Context& context, const directory::Dn& group,
                         std::span<const std::string> users, Deadline deadline);
// The same for several: one look tells where nothing waits.
Result<> release_granted(const Context& context, std::span<const directory::Dn> groups,
                         std::span<const std::string> users, Deadline deadline);
// The same for all directory groups in which somebody's leaving waits or was rejected.
Result<> release_granted(const Context& context, Deadline deadline);

// An administrator has decided on those who wait in the record with this id. NotFound: nobody waits there.
// The caller holds the id's key.
Result<> decide_on_lost(const Context& context, std::string_view id, sync::Decision decision,
                        Deadline deadline);

}  // namespace dirbridge::provision
