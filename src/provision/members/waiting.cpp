#include "provision/members/waiting.hpp"

#include "directory/dn_set.hpp"

namespace dirbridge::provision {

using directory::DnSet;
using directory::Filter;

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

directory::Filter lists(const Context& context, const std::string& member) {
  return Filter::all_of({Filter::equal(context.rules.group_shape.member_attribute, member),
                         Filter::negation(Filter::equal(held_attribute, member))});
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
