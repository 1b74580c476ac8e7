#include "provision/held_members.hpp"

#include <algorithm>

#include "directory/dn_set.hpp"
#include "provision/grants.hpp"
#include "provision/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::DnSet;
using directory::Filter;

constexpr const char* held_attribute = "dirbridgeHeldMember";

}  // namespace

const std::vector<std::string>& visible_members(const directory::Attributes& group, std::string_view member,
                                                std::vector<std::string>& room) {
  const auto& all = group.values(member);
  const DnSet held(group.values(held_attribute));
  if (held.empty()) return all;
  room.clear();
  for (const auto& dn : all)
    if (!held.contains(dn)) room.push_back(dn);
  return room;
}

directory::Filter lists(const Context& context, const directory::Dn& member) {
  return Filter::all_of({Filter::equal(context.rules.group_shape.member_attribute, member.str()),
                         Filter::negation(Filter::equal(held_attribute, member.str()))});
}

Result<> RemovedMembers::hold_back(MemberWish& wish, Deadline deadline) {
  std::vector<std::string> known;
  for (const auto& named : wish.remove)
    if (named.member) known.push_back(named.member->dn.str());
  const auto allowed = permission_.ask(known.size(), [&]() -> Result<std::size_t> {
    const auto& member = context_.rules.group_shape.member_attribute;
    const auto group =
        find_entry(context_, context_.catalog.group, group_, {"dirbridgeConnection", member}, deadline);
    if (!group) return group.error();
    return group->attributes.values(member).size();
  });
  if (!allowed) return allowed.error();
  if (*allowed) return {};
  const auto group =
      find_entry(context_, context_.catalog.group, group_, {"dirbridgeConnection", held_attribute}, deadline);
  if (!group) return group.error();
  const auto present = listed(context_, directory::at(group->dn, {}), known, deadline);
  if (!present) return present.error();
  const DnSet waiting(group->attributes.values(held_attribute));
  for (std::size_t i = 0; i < known.size(); ++i)
    if ((*present)[i] && !waiting.contains(known[i])) held_.push_back(known[i]);
  const DnSet leaving(held_);
  const auto first = std::stable_partition(
      wish.remove.begin(), wish.remove.end(),
      [&](const Resolved& named) { return !named.member || !leaving.contains(named.member->dn.str()); });
  std::move(first, wish.remove.end(), std::back_inserter(wish.hold));
  wish.remove.erase(first, wish.remove.end());
  return {};
}

Result<> RemovedMembers::hold_back(const directory::Entry& group, mapping::MemberDelta& delta) {
  const auto allowed = permission_.ask(delta.remove.size(), [&]() -> Result<std::size_t> {
    return group.attributes.values(context_.rules.group_shape.member_attribute).size();
  });
  if (!allowed) return allowed.error();
  if (!*allowed) delta.hold = std::exchange(delta.remove, {});
  held_ = delta.hold;
  return {};
}

void respect_held(const directory::Entry& group, mapping::MemberDelta& delta) {
  const DnSet held(group.attributes.values(held_attribute));
  if (held.empty()) return;
  std::erase_if(delta.remove, [&](const auto& dn) { return held.contains(dn); });
  std::erase_if(delta.hold, [&](const auto& dn) { return held.contains(dn); });
  for (const auto& dn : delta.add)
    if (held.contains(dn)) delta.release.push_back(dn);
}

sync::EntryGoal decided_goal(const Context& context, sync::Decision decision, const directory::Dn& group,
                             const std::vector<std::string>& waiting) {
  sync::EntryGoal goal;
  goal.dn = group;
  goal.reason = "a held removal is decided";
  if (decision == sync::Decision::Approved)
    goal.attributes.push_back(sync::excluding(context.rules.group_shape.member_attribute, waiting));
  goal.attributes.push_back(sync::excluding(held_attribute, waiting));
  return goal;
}

}  // namespace dirbridge::provision
