#pragma once
// Members who leave a group, within the budget. Over it they stay in `member` and are listed in
// dirbridgeHeldMember: no client sees them, until an administrator decides or they are added again.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/group_entry.hpp"
#include "provision/context.hpp"
#include "provision/member_batches.hpp"
#include "provision/member_loss.hpp"

namespace dirbridge::provision {

// The values of `member` that a client sees. `room` holds them when they are not all of them.
const std::vector<std::string>& visible_members(const directory::Attributes& group, std::string_view member,
                                                std::vector<std::string>& room);

// Groups that list this DN as a client sees it.
directory::Filter lists(const Context& context, const std::string& member);

// The removals of one request, of which one decision is made by what is lost in the end: over the budget they
// become `hold`. Asked again when the change, planned anew, removes others. One thread.
class RemovedMembers {
 public:
  RemovedMembers(const Context& context, std::string_view group_id)
      : context_(context), group_(group_id), permission_(context) {}

  // For a PATCH that names its members, before its change.
  Result<> hold_back(MemberWish& wish, Deadline deadline);
  // For one that gives a whole list: the group was read with its members.
  Result<> hold_back(const directory::Entry& group, mapping::MemberDelta& delta, Deadline deadline);
  // The change is made.
  void landed(const directory::Dn& group) { permission_.landed(group, held_); }

 private:
  Result<bool> ask(const directory::Entry& group, Leavers leavers, Deadline deadline);

  const Context& context_;
  std::string group_;
  LossPermission permission_;
  std::optional<Leavers> asked_;
  bool allowed_ = true;
  std::vector<std::string> held_;
};

// Who waits to leave goes on waiting when removed once more, and no longer waits when added.
void respect_held(const directory::Entry& group, mapping::MemberDelta& delta);

// The goal when an administrator has decided on those who wait: they leave, or they are members as before.
sync::EntryGoal decided_goal(const Context& context, sync::Decision decision, const directory::Dn& group,
                             const std::vector<std::string>& waiting);

}  // namespace dirbridge::provision
