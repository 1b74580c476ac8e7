#include "provision/memberships.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "mapping/user_state.hpp"
#include "provision/group_change.hpp"
#include "provision/source_change.hpp"

namespace dirbridge::provision {

namespace {

constexpr std::chrono::seconds time_to_restore{5};

}  // namespace

Result<> Memberships::leave() {
  auto groups = groups_listing(context_, member_, deadline_);
  if (!groups) return groups.error();
  for (auto& group : *groups) {
    if (auto done = leave_group(context_, group, member_, deadline_); !done) return done;
    left_.push_back(std::move(group));
  }
  return mapping::maps_groups(context_.rules) ? follow_owed(context_, member_, deadline_) : Result<>();
}

void Memberships::restore() {
  if (left_.empty()) return;
  const auto deadline = std::max(deadline_, deadline_in(time_to_restore));
  // Of a change whose answer was lost nobody knows whether it was made: who is deleted gets nothing back.
  const auto now =
      directory::read(context_.directory, member_, {"dirbridgeDeleted", "dirbridgeHeld"}, deadline);
  if (!now)
    return log::error("memberships_not_restored", {{"dn", member_.str()}, {"detail", now.error().detail}});
  if (!*now || mapping::is_gone((*now)->attributes)) return;
  for (const auto& group : left_)
    if (auto done = rejoin_group(context_, group, member_, deadline); !done)
      log::error("memberships_not_restored", {{"dn", member_.str()}, {"detail", done.error().detail}});
}

}  // namespace dirbridge::provision
