#include "provision/pending.hpp"

#include <algorithm>

#include "mapping/group_entry.hpp"

namespace dirbridge::provision {

namespace {

// One filter for each of the names that the group waits for.
std::vector<directory::Filter> still_waiting(const directory::Entry& group,
                                             const std::vector<std::string>& names) {
  std::vector<directory::Filter> out;
  const auto* pending = group.attributes.find("dirbridgePendingMember");
  for (const auto& name : names)
    if (pending && std::find(pending->begin(), pending->end(), name) != pending->end())
      out.push_back(directory::Filter::equal("dirbridgePendingMember", name));
  return out;
}

}  // namespace

directory::SearchRequest waiting_groups(const Context& context, const std::vector<std::string>& names) {
  std::vector<directory::Filter> any;
  for (const auto& name : names) any.push_back(directory::Filter::equal("dirbridgePendingMember", name));
  return {context.rules.group_base,
          directory::Scope::Subtree,
          directory::Filter::any_of(std::move(any)),
          {"dirbridgeConnection"},
          0};
}

Result<> admit(const Context& context, const std::vector<directory::Entry>& groups,
               const directory::Dn& member, const std::vector<std::string>& names, Deadline deadline) {
  const auto& shape = context.rules.group_shape;
  for (const auto& group : groups) {
    if (group.attributes.first("dirbridgeConnection") != context.rules.connection) continue;
    sync::Task task;
    task.find = {group.dn, directory::Scope::Base, directory::Filter::everything(),
                 mapping::group_attributes(), 0};
    task.unread = {shape.member_attribute};
    task.probes = {{shape.member_attribute, shape.placeholder.str()}};
    task.goal = [&](const std::optional<directory::Entry>& entry) -> Result<sync::EntryGoal> {
      sync::EntryGoal goal{
          sync::EntryGoal::Presence::Present, group.dn, {}, "a pending member has arrived", {}};
      if (!entry) return error(ErrorKind::NotFound, "the group is gone");
      goal.dn = entry->dn;
      const auto waiting = still_waiting(*entry, names);
      if (waiting.empty()) return goal;  // removed again meanwhile
      goal.only_if = directory::Filter::any_of(waiting);
      goal.attributes = {sync::including(shape.member_attribute, {member.str()}),
                         sync::excluding(shape.member_attribute, {shape.placeholder.str()}),
                         sync::excluding("dirbridgePendingMember", names)};
      return goal;
    };
    auto done = context.reconciler.run(task, deadline);
    if (!done && done.error().kind != ErrorKind::NotFound) return done.error();
  }
  return {};
}

Result<> admit_waiting(const Context& context, const directory::Dn& member,
                       const std::vector<std::string>& names, Deadline deadline) {
  if (names.empty()) return {};
  auto groups = directory::search(context.directory, waiting_groups(context, names), deadline);
  if (!groups) return groups.error();
  return admit(context, *groups, member, names, deadline);
}

}  // namespace dirbridge::provision
