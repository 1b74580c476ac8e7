#include "provision/groups/memberships.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/owed.hpp"
#include "provision/groups/leaving.hpp"
#include "provision/members/resolve.hpp"
#include "provision/refusal.hpp"

namespace dirbridge::provision {

namespace {

constexpr std::chrono::seconds time_to_restore{5};
constexpr int most_looks = 5;

}  // namespace

Memberships::Memberships(const Context& context, const directory::Entry& member, Deadline deadline)
    : context_(context), member_(member.dn), names_(names_of(member)), deadline_(deadline) {}

// A group that gets another name between the look and the change is found by the next look.
Result<> Memberships::leave(const directory::Dn& name) {
  for (int look = 0; look < most_looks; ++look) {
    auto groups = groups_listing(context_, name, deadline_);
    if (!groups) return groups.error();
    std::erase_if(*groups, [this](const auto& group) { return is_known(group.dn); });
    if (groups->empty()) break;
    if (auto done = leave(std::move(*groups), name, look > 0); !done) return done;
  }
  return {};
}

Result<> Memberships::leave() {
  for (const auto& name : names_)
    if (auto done = leave(name); !done) return done;
  if (!mapping::maps_groups(context_.rules)) return {};
  auto followed = follow_owed(context_, member_, deadline_);
  if (followed || !concerns_content(followed.error().kind)) return followed;
  if (stayed_.empty()) stayed_.push_back({{}, followed.error().detail});
  return {};
}

// What is refused at the first look is tried once more.
Result<> Memberships::leave(std::vector<directory::Entry> groups, const directory::Dn& name, bool again) {
  const auto left = leave_groups(context_, groups, name, deadline_);
  Result<> all;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i]) left_.push_back(std::move(groups[i]));
    if (left[i]) continue;
    const auto& why = left[i].error();
    if (!concerns_content(why.kind)) {
      if (all) all = why;
    } else if (again) {
      stayed_.push_back({groups[i].dn, why.detail});
    }
  }
  return all;
}

bool Memberships::is_known(const directory::Dn& group) const {
  return std::any_of(stayed_.begin(), stayed_.end(), [&](const auto& one) { return one.group == group; });
}

void Memberships::tell_stayed(const directory::Dn& home) const {
  for (const auto& [group, reason] : stayed_) {
    const auto which = group.empty() ? std::string() : " of " + group.str();
    log_incomplete(context_, home, "a membership" + which + " cannot be ended: " + reason);
    context_.reconciler.left(home, "groups", reason);
  }
}

void Memberships::restore() {
  if (left_.empty()) return;
  const auto deadline = std::max(deadline_, deadline_in(time_to_restore));
  // Of a change whose answer was lost nobody knows whether it was made: who is deleted gets nothing back.
  const auto now = directory::read(context_.directory, member_, {attr::deleted, attr::held}, deadline);
  if (!now)
    return log::error("memberships_not_restored", {{"dn", member_.str()}, {"detail", now.error().detail}});
  if (!*now || mapping::is_gone((*now)->attributes)) return;
  for (const auto& group : left_)
    if (auto done = rejoin_group(context_, group, member_, deadline); !done)
      log::error("memberships_not_restored", {{"dn", member_.str()}, {"detail", done.error().detail}});
}

}  // namespace dirbridge::provision
