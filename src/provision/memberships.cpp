#include "provision/memberships.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "provision/group_change.hpp"

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
  return {};
}

void Memberships::restore() {
  const auto deadline = std::max(deadline_, deadline_in(time_to_restore));
  for (const auto& group : left_)
    if (auto done = rejoin_group(context_, group, member_, deadline); !done)
      log::error("memberships_not_restored", {{"dn", member_.str()}, {"detail", done.error().detail}});
}

}  // namespace dirbridge::provision
