#include "provision/grants/lost_targets.hpp"

#include "base/log.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_options.hpp"
#include "provision/grants/projection.hpp"
#include "provision/members/waiting.hpp"
#include "provision/store/stored.hpp"
#include "provision/store/turns.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Scope;
using Texts = std::vector<std::string>;

Result<std::vector<Entry>> held_records(const Context& context, const Filter& which, Deadline deadline) {
  return directory::search(
      context.directory,
      {context.rules.bridge_base,
       Scope::Subtree,
       Filter::all_of({Filter::equal(attr::kind, held_kind),
                       Filter::equal(attr::connection, context.rules.connection), which}),
       {attr::id, attr::target, attr::held_member},
       0},
      deadline);
}

Result<> change(const Context& context, const Dn& record, const sync::EntryGoal& goal, Deadline deadline) {
  sync::Task task;
  task.find = directory::at(record, {attr::id, attr::connection, attr::held_member});
  task.unread = {context.rules.group_shape.member_attribute};
  task.goal = [&](const std::optional<Entry>& entry) -> Result<sync::EntryGoal> {
    if (entry) return goal;
    return sync::EntryGoal{sync::EntryGoal::Presence::Absent, record, {}, goal.reason, {}};
  };
  auto done = context.reconciler.run(task, deadline);
  return done ? Result<>() : Result<>(done.error());
}

Result<> remove_if_empty(const Context& context, const Dn& record, Deadline deadline) {
  auto left = member_values(context, record, deadline);
  if (!left) return left.error();
  const bool empty = left->empty() || *left == Texts{context.rules.group_shape.placeholder.str()};
  return empty ? delete_entry(context, record, "nobody waits in it", deadline) : Result<>();
}

Result<> settle(const Context& context, const Entry& record, const Dn& group, sync::Decision decision,
                Deadline deadline) {
  const auto lease = context.locks.acquire_group(group.normalized(), deadline);
  if (!lease) return lease.error();
  const auto goal = decided_goal(context, decision, record.dn, record.attributes.values(attr::held_member));
  if (auto done = change(context, record.dn, goal, deadline); !done) return done;
  return remove_if_empty(context, record.dn, deadline);
}

// Those who wait lose the directory group with the record: noted before, for whoever comes after a crash.
Result<> let_go(const Context& context, const Entry& record, const Dn& group, Deadline deadline) {
  const auto& waiting = record.attributes.values(attr::held_member);
  const auto note = note_ended(context, record.attributes.first(attr::id), {group}, waiting, deadline);
  if (!note) return note.error();
  if (auto done = settle(context, record, group, sync::Decision::Approved, deadline); !done) return done;
  if (auto done = project(context, group, waiting, deadline); !done) return done.error();
  return delete_entry(context, *note, "the directory group has followed", deadline);
}

}  // namespace

LostTarget::LostTarget(const Context& context, Dn group, std::string_view source)
    : context_(context),
      group_(std::move(group)),
      source_(source),
      record_(held_record(context, group_)),
      permission_(context.mandate.budget, sync::Removal::MemberRemoval, record_.id) {}

Result<Texts> LostTarget::leaving(std::span<const std::string> users, Deadline deadline) const {
  auto there = listed_in(context_, group_, users, deadline);
  if (!there) return there;
  auto grants = granted_otherwise(context_, group_, *there, source_, deadline);
  if (!grants) return grants.error();
  grants->flip();
  const auto ungranted = chosen(*there, *grants);
  auto kept = by_hand(context_, group_, ungranted, deadline);
  if (!kept) return kept.error();
  kept->flip();
  return chosen(ungranted, *kept);
}

Result<> LostTarget::hold_back(std::span<const std::string> users, Deadline deadline) {
  if (!context_.mandate.budget || mapping::is_protected(context_.rules.protected_entries, group_)) return {};
  auto those = leaving(users, deadline);
  if (!those) return those.error();
  const auto allowed = permission_.ask(those->size(), [&](auto) -> Result<std::size_t> {
    const auto all = member_values(context_, group_, deadline);
    if (!all) return all.error();
    return all->size();
  });
  if (!allowed) return allowed.error();
  if (*allowed) return {};
  held_ = std::move(*those);
  const auto lease = context_.locks.acquire_group(group_.normalized(), deadline);
  if (!lease) return lease.error();
  return add_held_members(context_, record_, held_, deadline);
}

Result<> LostTarget::landed(Deadline deadline) {
  if (!held_.empty()) {
    const auto lease = context_.locks.acquire_group(group_.normalized(), deadline);
    if (!lease) return lease.error();
    auto there = listed_in(context_, record_.dn, held_, deadline);
    if (!there) return there.error();
    if (there->size() < held_.size())
      if (auto done = add_held_members(context_, record_, held_, deadline); !done) return done;
  }
  permission_.landed(group_, held_);
  return {};
}

Result<> release_granted(const Context& context, const Dn& group, std::span<const std::string> users,
                         Deadline deadline) {
  const auto record = held_record(context, group);
  auto there = directory::read(context.directory, record.dn, {"1.1"}, deadline);
  if (!there) return there.error();
  if (!*there) return {};
  const auto lease = context.locks.acquire_group(group.normalized(), deadline);
  if (!lease) return lease.error();
  const auto waiting = listed_in(context, record.dn, users, deadline);
  if (!waiting) return waiting.error();
  const auto grants = granted_otherwise(context, group, *waiting, record.id, deadline);
  if (!grants) return grants.error();
  if (const auto granted_anew = chosen(*waiting, *grants); !granted_anew.empty()) {
    sync::EntryGoal goal;
    goal.dn = record.dn;
    goal.reason = "the memberships are granted anew";
    goal.attributes = {sync::excluding(context.rules.group_shape.member_attribute, granted_anew),
                       sync::excluding(attr::held_member, granted_anew)};
    if (auto done = change(context, record.dn, goal, deadline); !done) return done;
  }
  return remove_if_empty(context, record.dn, deadline);
}

Result<> release_granted(const Context& context, std::span<const Dn> groups,
                         std::span<const std::string> users, Deadline deadline) {
  std::vector<directory::SearchRequest> searches;
  for (const auto& group : groups) searches.push_back(directory::at(held_record(context, group).dn, {"1.1"}));
  const auto records = context.directory.search_all(searches, deadline);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!records[i] && records[i].error().kind != ErrorKind::NotFound) return records[i].error();
    if (!records[i] || records[i]->empty()) continue;
    if (auto done = release_granted(context, groups[i], users, deadline); !done) return done;
  }
  return {};
}

Result<> release_granted(const Context& context, Deadline deadline) {
  auto records = held_records(context, Filter::everything(), deadline);
  if (!records) return records.error();
  return each_in_turn(context, *records, deadline, [&](const Entry& record) -> Result<> {
    const auto members = member_values(context, record.dn, deadline);
    if (!members) return members.error();
    for (const auto& group : targets_in(record))
      if (auto done = release_granted(context, group, *members, deadline); !done) return done;
    return {};
  });
}

Result<> decide_on_lost(const Context& context, std::string_view id, sync::Decision decision,
                        Deadline deadline) {
  auto records = held_records(
      context, Filter::all_of({Filter::equal(attr::id, id), Filter::present(attr::held_member)}), deadline);
  if (!records) return records.error();
  if (records->empty()) return nothing_waits(id);
  const auto& record = records->front();
  const auto& waiting = record.attributes.values(attr::held_member);
  for (const auto& group : targets_in(record)) {
    auto done = decision == sync::Decision::Approved ? let_go(context, record, group, deadline)
                                                     : settle(context, record, group, decision, deadline);
    if (!done) return done;
    if (context.mandate.budget)
      context.mandate.budget->decided(decision, sync::Removal::MemberRemoval, group, waiting, {});
  }
  return {};
}

}  // namespace dirbridge::provision
