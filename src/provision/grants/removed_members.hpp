#pragma once
// Members who leave a group, within the budget. Over it they wait: see waiting.hpp.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/group_entry.hpp"
#include "provision/grants/member_loss.hpp"
#include "provision/members/batches.hpp"

namespace dirbridge::provision {

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
  // The change is made, by this request or with those of others; may be said again.
  void landed(const directory::Dn& group);

 private:
  Result<bool> ask(const directory::Entry& group, Leavers leavers, Deadline deadline);

  const Context& context_;
  std::string group_;
  LossPermission permission_;
  std::optional<Leavers> asked_;
  bool allowed_ = true;
  bool has_landed_ = false;
  std::vector<std::string> held_;
};

}  // namespace dirbridge::provision
