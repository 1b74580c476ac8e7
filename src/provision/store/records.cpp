#include "provision/store/records.hpp"

#include <algorithm>
#include <set>

#include "base/secret.hpp"
#include "base/uuid.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "mapping/user_state.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Scope;

Dn named_by_id(const Context& context, const std::string& id) {
  return mapping::records_dn(context.rules).child({attr::id, id});
}

SideRecord record_of(const Context& context, const char* kind, const std::string& name,
                     std::vector<Dn> targets) {
  auto id = named_uuid("dirbridge " + std::string(kind) + " of " + context.rules.connection + " " + name);
  auto dn = named_by_id(context, id);
  return {kind, std::move(id), std::move(targets), std::move(dn)};
}

std::vector<std::string> texts_of(const std::vector<Dn>& dns) {
  std::vector<std::string> out;
  for (const auto& dn : dns) out.push_back(dn.str());
  return out;
}

sync::EntryGoal goal_of(const Context& context, const SideRecord& record,
                        const std::vector<std::string>& members, std::string reason) {
  sync::EntryGoal goal;
  goal.dn = record.dn;
  goal.reason = std::move(reason);
  goal.attributes = {
      sync::including("objectClass", {"top", object_class::record}), sync::exactly(attr::id, {record.id}),
      sync::exactly(attr::connection, {context.rules.connection}), sync::exactly(attr::kind, {record.kind}),
      sync::exactly(attr::target, texts_of(record.targets))};
  if (!members.empty())
    goal.attributes.push_back(sync::including(context.rules.group_shape.member_attribute, members));
  return goal;
}

Result<> add(const Context& context, const SideRecord& record, const std::vector<std::string>& members,
             const std::vector<std::string>& held, Deadline deadline) {
  sync::Task task;
  task.find = entry_at(record.dn);
  task.unread = {context.rules.group_shape.member_attribute, attr::held_member};
  task.goal = [&](const std::optional<Entry>& entry) -> Result<sync::EntryGoal> {
    auto goal = goal_of(context, record, members, "members " + record.kind);
    if (!held.empty()) goal.attributes.push_back(sync::including(attr::held_member, held));
    if (entry) goal.dn = entry->dn;
    return goal;
  };
  auto done = context.reconciler.run(task, deadline);
  return done ? Result<>() : Result<>(done.error());
}

}  // namespace

SideRecord by_hand_record(const Context& context, const Dn& group) {
  return record_of(context, by_hand_kind, group.normalized(), {group});
}

SideRecord default_record(const Context& context) {
  const auto& groups = context.rules.group_options.defaults.groups;
  std::set<std::string> names;
  for (const auto& group : groups) names.insert(group.normalized());
  std::string all;
  for (const auto& name : names) all += name + '\n';
  return record_of(context, default_kind, all, groups);
}

SideRecord flattening_record(const Context& context) {
  return record_of(context, flattened_kind, {}, {});
}

SideRecord held_record(const Context& context, const Dn& group) {
  return record_of(context, held_kind, group.normalized(), {group});
}

Result<> add_members(const Context& context, const SideRecord& record,
                     const std::vector<std::string>& members, Deadline deadline) {
  return add(context, record, members, {}, deadline);
}

Result<> add_held_members(const Context& context, const SideRecord& record,
                          const std::vector<std::string>& members, Deadline deadline) {
  return add(context, record, members, members, deadline);
}

Result<Dn> note_ended(const Context& context, std::string_view source, const std::vector<Dn>& targets,
                      const std::vector<std::string>& members, Deadline deadline) {
  SideRecord record{ended_kind, new_uuid(context.clock.now()), targets, {}};
  record.dn = named_by_id(context, record.id);
  sync::Task task;
  task.find = entry_at(record.dn);
  task.unread = {context.rules.group_shape.member_attribute};
  task.expected_absent = true;
  task.goal = [&](const std::optional<Entry>&) -> Result<sync::EntryGoal> {
    auto goal = goal_of(context, record, members, "grants that end");
    goal.attributes.push_back(sync::exactly(attr::mark, {std::string(source)}));
    return goal;
  };
  auto done = context.reconciler.run(task, deadline);
  if (!done) return done.error();
  return record.dn;
}

namespace {

Result<std::vector<Note>> find_ending_notes(const Context& context, const Dn& base, Scope scope,
                                            Deadline deadline) {
  const auto& member = context.rules.group_shape.member_attribute;
  auto found = directory::search(context.directory,
                                 {base,
                                  scope,
                                  Filter::all_of({Filter::equal(attr::kind, ended_kind),
                                                  Filter::equal(attr::connection, context.rules.connection)}),
                                  {attr::target, attr::mark, member},
                                  0},
                                 deadline);
  if (!found) return found.error();
  std::vector<Note> out;
  for (auto& entry : *found)
    out.push_back({entry.dn, std::string(entry.attributes.first(attr::mark)), targets_in(entry),
                   entry.attributes.take(member)});
  return out;
}

}  // namespace

Result<std::vector<Note>> ending_notes(const Context& context, Deadline deadline) {
  return find_ending_notes(context, context.rules.bridge_base, Scope::Subtree, deadline);
}

Result<std::optional<Note>> ending_note(const Context& context, const Dn& note, Deadline deadline) {
  auto found = find_ending_notes(context, note, Scope::Base, deadline);
  if (!found) return found.error();
  if (found->empty()) return std::optional<Note>();
  return std::optional(std::move(found->front()));
}

}  // namespace dirbridge::provision
