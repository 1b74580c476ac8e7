#include "provision/grants/member_loss.hpp"

#include <algorithm>

#include "directory/vocabulary.hpp"
#include "mapping/user_state.hpp"
#include "provision/store/records.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;

std::size_t count_true(const std::vector<bool>& values) {
  return static_cast<std::size_t>(std::count(values.begin(), values.end(), true));
}

// Those of the users who are in the directory group and by hand are not.
Result<std::vector<std::string>> shown_in(const Context& context, const Dn& group,
                                          const std::vector<std::string>& users, Deadline deadline) {
  auto there = listed_in(context, group, users, deadline);
  if (!there) return there.error();
  auto kept = by_hand(context, group, *there, deadline);
  if (!kept) return kept.error();
  kept->flip();
  return chosen(*there, *kept);
}

// The users who go with the members, and do not come with the others.
Result<std::vector<std::string>> leaving_users(const Context& context, const Leavers& leavers,
                                               const NameWatch& since, Deadline deadline) {
  const auto leaving = users_among(context, leavers.members, since, deadline);
  if (!leaving) return leaving.error();
  auto out = leaving->spellings();
  if (leavers.coming.empty()) return out;
  const auto coming = users_among(context, leavers.coming, since, deadline);
  if (!coming) return coming.error();
  std::erase_if(out, [&](const auto& user) { return coming->contains(user); });
  return out;
}

}  // namespace

Result<std::vector<Loss>> losses(const Context& context, const Entry& group, const Leavers& leavers,
                                 Deadline deadline) {
  std::vector<Loss> out;
  if (leavers.members.empty()) return out;
  const std::string id(group.attributes.first(attr::id));
  if (!mapping::is_record(context.rules, group.dn)) {
    out.push_back({id, group.dn, leavers.members.size()});
    return out;
  }
  const NameWatch since(context.locks.names());
  auto targets = granted_from_above(context, group.dn, deadline);
  if (!targets) return targets.error();
  for (auto& target : targets_in(group))
    if (!contains(*targets, target)) targets->push_back(std::move(target));
  const auto users = leaving_users(context, leavers, since, deadline);
  if (!users) return users.error();
  const Without without{id, leavers.whole ? std::nullopt : std::optional(directory::DnSet(leavers.members))};
  for (const auto& target : *targets) {
    if (mapping::is_protected(context.rules.protected_entries, target)) continue;
    const auto there = shown_in(context, target, *users, deadline);
    if (!there) return there.error();
    auto granted = granted_without(context, target, *there, without, deadline);
    if (!granted) return granted.error();
    granted->flip();
    if (const auto count = count_true(*granted); count > 0)
      out.push_back({held_record(context, target).id, target, count});
  }
  return out;
}

Result<bool> LossPermission::ask(const std::vector<Loss>& all, Deadline deadline) {
  allowed_ = true;
  if (!context_.mandate.budget) return true;
  std::erase_if(asked_, [&](const auto& asked) {
    return std::none_of(all.begin(), all.end(),
                        [&](const Loss& loss) { return loss.subject == asked.first; });
  });
  for (const auto& loss : all) {
    auto& permission = asked_[loss.subject];
    if (!permission)
      permission =
          std::make_unique<Permission>(context_.mandate.budget, sync::Removal::MemberRemoval, loss.subject);
    const auto may = permission->ask(loss.count, [&](auto) -> Result<std::size_t> {
      const auto members = member_values(context_, loss.group, deadline);
      if (!members) return members.error();
      return members->size();
    });
    if (!may) return may.error();
    allowed_ = allowed_ && *may;
  }
  if (!allowed_)
    for (auto& [subject, permission] : asked_) permission->refuse();
  return allowed_;
}

void LossPermission::landed(const Dn& group, const std::vector<std::string>& held) {
  if (!allowed_ && !held.empty() && !asked_.empty()) {
    context_.mandate.budget->decided(sync::Decision::Held, sync::Removal::MemberRemoval, group, held,
                                     "over the budget");
    return;
  }
  for (auto& [subject, permission] : asked_) permission->landed(group);
}

}  // namespace dirbridge::provision
