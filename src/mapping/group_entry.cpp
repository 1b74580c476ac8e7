#include "mapping/group_entry.hpp"

#include "mapping/extension_entry.hpp"
#include "mapping/naming.hpp"

namespace dirbridge::mapping {

namespace {

void append_members(sync::EntryGoal& goal, const Rules& rules, const MemberDelta& members, bool is_new) {
  const auto& name = rules.group_shape.member_attribute;
  const auto& placeholder = rules.group_shape.placeholder.str();
  if (is_new && members.add.empty()) {
    goal.attributes.push_back(sync::including(name, {placeholder}));
    return;
  }
  std::vector<std::string> leaving = members.remove;
  if (!members.add.empty()) {
    goal.attributes.push_back(sync::including(name, members.add));
    leaving.push_back(placeholder);
  }
  if (!leaving.empty()) goal.attributes.push_back(sync::excluding(name, std::move(leaving)));
}

}  // namespace

const std::vector<std::string>& group_attributes() {
  static const std::vector<std::string> names = [] {
    auto all = record_attributes();
    for (const auto* name :
         {"objectClass", "cn", "dirbridgeExternalId", "dirbridgeDisplayName", "dirbridgePendingMember",
          "dirbridgeAlias", "dirbridgeHeld", "dirbridgeHeldMember"})
      all.emplace_back(name);
    return all;
  }();
  return names;
}

Result<sync::EntryGoal> group_goal(const Rules& rules, std::string_view id, const json::object& content,
                                   const MemberDelta& members, const std::optional<directory::Entry>& current,
                                   std::string reason) {
  const auto* display = content.if_contains("displayName");
  const std::string name(display && display->is_string() ? std::string_view(display->get_string()) : "");
  if (auto usable = check_name(name, "displayName"); !usable) return usable.error();
  sync::EntryGoal goal;
  goal.dn = place(current, rules.group_base, "cn", name);
  goal.reason = std::move(reason);
  auto record = record_goals(id, rules.connection, content);
  if (!record) return record.error();
  goal.attributes = std::move(*record);
  goal.attributes.push_back(sync::including("objectClass", {"top", "groupOfNames", "dirbridgeGroup"}));
  goal.attributes.push_back(sync::exactly("cn", {name}));
  for (auto& wish : extension_goals(rules.group_attributes, content))
    goal.attributes.push_back(std::move(wish));
  append_members(goal, rules, members, !current);
  if (!members.hold.empty()) goal.attributes.push_back(sync::including("dirbridgeHeldMember", members.hold));
  if (!members.release.empty())
    goal.attributes.push_back(sync::excluding("dirbridgeHeldMember", members.release));
  if (!members.pending.empty())
    goal.attributes.push_back(sync::including("dirbridgePendingMember", members.pending));
  if (!members.pending_remove.empty())
    goal.attributes.push_back(sync::excluding("dirbridgePendingMember", members.pending_remove));
  return goal;
}

}  // namespace dirbridge::mapping
