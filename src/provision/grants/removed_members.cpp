#include "provision/grants/removed_members.hpp"

#include <algorithm>
#include <utility>

#include "directory/dn_set.hpp"
#include "directory/vocabulary.hpp"
#include "provision/grants/grants.hpp"
#include "provision/members/waiting.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::DnSet;

constexpr std::size_t most_asked = 64;

// Asked for one by one, however many: the group may be a large one.
Result<std::vector<bool>> listed_singly(const Context& context, const directory::Dn& group,
                                        std::span<const std::string> members, Deadline deadline) {
  std::vector<bool> out;
  for (std::size_t from = 0; from < members.size(); from += most_asked) {
    const auto some = members.subspan(from, std::min(most_asked, members.size() - from));
    const auto there = listed(context, directory::at(group, {}), some, deadline);
    if (!there) return there.error();
    out.insert(out.end(), there->begin(), there->end());
  }
  return out;
}

std::vector<std::string> known_among(std::span<const Resolved> members) {
  std::vector<std::string> out;
  for (const auto& named : members)
    if (named.member)
      for (auto& name : names_of(*named.member)) out.push_back(std::move(name));
  return out;
}

}  // namespace

Result<bool> RemovedMembers::ask(const directory::Entry& group, Leavers leavers, Deadline deadline) {
  if (!context_.mandate.budget || asked_ == leavers) return allowed_;
  const auto all = losses(context_, group, leavers, deadline);
  if (!all) return all.error();
  auto allowed = permission_.ask(*all, deadline);
  if (!allowed) return allowed.error();
  asked_ = std::move(leavers);
  allowed_ = *allowed;
  return allowed;
}

void RemovedMembers::landed(const directory::Dn& group) {
  if (!std::exchange(has_landed_, true)) permission_.landed(group, held_);
}

Result<> RemovedMembers::hold_back(MemberWish& wish, Deadline deadline) {
  const auto known = known_among(wish.remove);
  if (known.empty() || !context_.mandate.budget) return {};
  const auto group = find_entry(context_, context_.catalog.group, group_,
                                {attr::id, attr::connection, attr::target, held_attribute}, deadline);
  if (!group) return group.error();
  const auto present = listed_singly(context_, group->dn, known, deadline);
  if (!present) return present.error();
  const DnSet waiting(group->attributes.values(held_attribute));
  std::vector<std::string> leaving;
  for (std::size_t i = 0; i < known.size(); ++i)
    if ((*present)[i] && !waiting.contains(known[i])) leaving.push_back(known[i]);
  const auto allowed = ask(*group, {leaving, known_among(wish.add)}, deadline);
  if (!allowed) return allowed.error();
  if (*allowed) return {};
  held_ = std::move(leaving);
  const DnSet going(held_);
  const auto stays_out = [&](const Resolved& named) {
    const auto names = named.member ? names_of(*named.member) : std::vector<std::string>();
    return std::none_of(names.begin(), names.end(), [&](const auto& name) { return going.contains(name); });
  };
  const auto first = std::stable_partition(wish.remove.begin(), wish.remove.end(), stays_out);
  std::move(first, wish.remove.end(), std::back_inserter(wish.hold));
  wish.remove.erase(first, wish.remove.end());
  return {};
}

Result<> RemovedMembers::hold_back(const directory::Entry& group, mapping::MemberDelta& delta,
                                   Deadline deadline) {
  const auto allowed = ask(group, {delta.remove, delta.add}, deadline);
  if (!allowed) return allowed.error();
  if (!*allowed) delta.hold = std::exchange(delta.remove, {});
  held_ = delta.hold;
  return {};
}

}  // namespace dirbridge::provision
