#include "provision/groups/removal.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "directory/time.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/grants.hpp"
#include "provision/grants/member_loss.hpp"
#include "provision/grants/owed.hpp"
#include "provision/grants/projection.hpp"
#include "provision/grants/source_change.hpp"
#include "provision/grants/target_names.hpp"
#include "provision/groups/change.hpp"
#include "provision/groups/held_deletion.hpp"
#include "provision/groups/memberships.hpp"
#include "provision/members/delta.hpp"
#include "provision/store/count.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/stored.hpp"
#include "provision/store/turns.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Scope;
using mapping::GroupOptions;

std::string reason_of(const Context& context) {
  return context.mandate.reason_or("DELETE /Groups");
}

std::vector<std::string> attributes(const Context& context) {
  return mapping::with_members(context.rules);
}

// The members of an entry that its group has brought, and nothing else grants.
Result<std::vector<std::string>> brought_alone(const Context& context, const Entry& entry,
                                               Deadline deadline) {
  auto delta = delta_to(context, {}, entry, deadline);
  if (!delta) return delta.error();
  auto brought = std::move(delta->remove);
  const auto& held = entry.attributes.values(attr::held_member);
  brought.insert(brought.end(), held.begin(), held.end());
  auto grants = granted(context, entry.dn, brought, deadline);
  if (!grants) return grants.error();
  grants->flip();
  return chosen(brought, *grants);
}

// Marks the home as deleted. An entry that readers see loses its members; a record keeps them until the
// directory groups have followed.
Result<> mark(const Context& context, const Entry& home, const Precondition& precondition,
              Deadline deadline) {
  const auto& member = context.rules.group_shape.member_attribute;
  ResourceEdit wish;
  wish.find = directory::at(home.dn, attributes(context));
  wish.precondition = precondition;
  wish.edit = [&](const mapping::Record&, const Entry& entry) -> Result<sync::EntryGoal> {
    sync::EntryGoal goal{sync::EntryGoal::Presence::Present, entry.dn, {}, reason_of(context), {}};
    goal.only_if = still_as_read(entry);
    goal.attributes = {sync::exactly(attr::resource, {std::string(entry.attributes.first(attr::resource))}),
                       sync::exactly(attr::deleted, {directory::to_generalized_time(context.clock.now())}),
                       sync::exactly(attr::pending_member, {}), sync::exactly(attr::held, {}),
                       sync::exactly(attr::held_member, {})};
    if (mapping::is_record(context.rules, entry.dn)) return goal;
    auto leaving = brought_alone(context, entry, deadline);
    if (!leaving) return leaving.error();
    if (!leaving->empty()) goal.attributes.push_back(sync::excluding(member, std::move(*leaving)));
    return goal;
  };
  auto done = change(context, wish, deadline);
  return done ? Result<>() : Result<>(done.error());
}

bool is_due(const Context& context, const Entry& home) {
  const auto latest = directory::to_generalized_time(context.clock.now() - context.group_grace());
  return home.attributes.first(attr::deleted) <= latest;
}

Result<> delete_group(const Context& context, const Dn& dn, Deadline deadline) {
  auto done = delete_entry(context, dn, "the group was deleted", deadline);
  context.member_ids.forget(dn);
  return done;
}

// The entry stays, without the members that the group has brought, and is nobody's.
Result<> release(const Context& context, const Entry& home, const Precondition& precondition,
                 const std::string& reason, Deadline deadline) {
  sync::Task task;
  task.find = directory::at(home.dn, attributes(context));
  task.goal = [&](const std::optional<Entry>& entry) -> Result<sync::EntryGoal> {
    if (!entry) return error(ErrorKind::NotFound, "the group is gone");
    if (!entry->attributes.find(attr::connection))  // it is released already
      return sync::EntryGoal{sync::EntryGoal::Presence::Present, entry->dn, {}, reason, {}};
    auto record = mapping::read_record(*entry);
    if (!record) return record.error();
    if (auto fits = check(precondition, *record); !fits) return fits.error();
    auto leaving = brought_alone(context, *entry, deadline);
    if (!leaving) return leaving.error();
    auto goal = mapping::released_group_goal(*entry, reason + ": others are mapped to the directory group");
    if (!leaving->empty())
      goal.attributes.push_back(
          sync::excluding(context.rules.group_shape.member_attribute, std::move(*leaving)));
    return goal;
  };
  auto released = context.reconciler.run(task, deadline);
  context.member_ids.forget(home.dn);
  if (!released) return released.error();
  log::warning("group_released", {{"group", home.dn.str()}});
  return {};
}

// An entry that is group and directory group in one. It is not deleted while groups of other connections are
// mapped to it.
Result<> delete_home(const Context& context, const Entry& home, const Precondition& precondition,
                     const std::string& reason, Deadline deadline) {
  const auto lease = context.locks.acquire_group(home.dn.normalized(), deadline);
  if (!lease) return lease.error();
  const auto shared = is_granted(context, home.dn, deadline);
  if (!shared) return shared.error();
  return *shared ? release(context, home, precondition, reason, deadline)
                 : remove(context, directory::at(home.dn, mapping::group_attributes()), precondition, reason,
                          deadline);
}

// A directory group that the bridge made, that no record names any more and that nobody is in.
Result<> delete_target(const Context& context, const Dn& group, const Dn& record, Deadline deadline) {
  const auto lease = context.locks.acquire_group(group.normalized(), deadline);
  if (!lease) return lease.error();
  const auto& shape = context.rules.group_shape;
  auto entry = directory::read(context.directory, group,
                               {"objectClass", attr::connection, shape.member_attribute}, deadline);
  if (!entry) return entry.error();
  if (!*entry || mapping::is_protected(context.rules.protected_entries, group)) return {};
  const auto* members = (*entry)->attributes.find(shape.member_attribute);
  const bool empty = !members || *members == std::vector<std::string>{shape.placeholder.str()};
  if (!empty || !is_made_here(context, **entry)) return {};
  auto records = directory::search(
      context.directory,
      {context.rules.bridge_base, Scope::Subtree, Filter::equal(attr::target, group.str()), {"1.1"}, 0},
      deadline);
  if (!records) return records.error();
  if (std::any_of(records->begin(), records->end(), [&](const auto& one) { return !(one.dn == record); }))
    return {};
  return delete_group(context, group, deadline);
}

// The directory groups of a deleted source group lose its members, unless somebody else grants them.
Result<> empty_targets(const Context& context, const Entry& home, Deadline deadline) {
  const NameWatch since(context.locks.names());
  auto members = member_values(context, home.dn, deadline);  // under the names that they have by now
  if (!members) return members.error();
  auto users = users_among(context, *members, since, deadline);
  if (!users) return users.error();
  for (const auto& group : targets_in(home))
    if (auto done = project(context, group, users->spellings(), since, deadline); !done) return done.error();
  return {};
}

// Everything that follows once the home is marked; may be repeated.
Result<> finish(const Context& context, const Entry& home, Deadline deadline) {
  const bool record = mapping::is_record(context.rules, home.dn);
  const bool goes = context.on_delete_of_groups() == GroupOptions::OnDelete::Delete;
  if (record)
    if (auto done = empty_targets(context, home, deadline); !done) return done;
  if (goes && !is_due(context, home)) return {};
  if (record && goes)
    for (const auto& group : targets_in(home))
      if (auto done = delete_target(context, group, home.dn, deadline); !done) return done;
  if (record) return delete_group(context, home.dn, deadline);
  if (!goes) return {};
  auto done = delete_home(context, home, {}, "the group was deleted", deadline);
  return done || done.error().kind == ErrorKind::NotFound ? Result<>() : done;
}

bool goes_at_once(const Context& context, const Entry& home) {
  return !mapping::is_record(context.rules, home.dn) &&
         context.on_delete_of_groups() == GroupOptions::OnDelete::Delete &&
         context.group_grace().count() == 0;
}

Result<> take_away(const Context& context, Entry& home, const Precondition& precondition, Deadline deadline) {
  const bool at_once = goes_at_once(context, home);
  const auto shared = at_once ? is_granted(context, home.dn, deadline) : Result<bool>(true);
  if (!shared) return shared.error();
  if (!*shared) return delete_home(context, home, precondition, reason_of(context), deadline);
  Memberships memberships(context, home, deadline);
  auto gone = memberships.leave();
  if (gone)
    gone = at_once ? delete_home(context, home, precondition, reason_of(context), deadline)
                   : mark(context, home, precondition, deadline);
  if (!gone && gone.error().kind != ErrorKind::NotFound) memberships.restore();
  if (!gone || at_once) return gone;
  context.member_ids.forget(home.dn);
  home.attributes.set(attr::deleted, {directory::to_generalized_time(context.clock.now())});
  return finish(context, home, deadline);
}

}  // namespace

namespace {

// The members of the deleted group lose it, or its directory groups.
Result<bool> may_lose_members(const Context& context, LossPermission& permission, const Entry& home,
                              Deadline deadline) {
  if (!context.mandate.budget) return true;
  const bool record = mapping::is_record(context.rules, home.dn);
  auto members = record ? member_values(context, home.dn, deadline) : brought_alone(context, home, deadline);
  if (!members) return members.error();
  std::erase(*members, context.rules.group_shape.placeholder.str());
  const auto all = losses(context, home, {std::move(*members), {}, true}, deadline);
  if (!all) return all.error();
  return permission.ask(*all, deadline);
}

Result<bool> may_go(const Context& context, Permission& permission, LossPermission& members,
                    const Entry& home, Deadline deadline) {
  auto group = permission.ask(1, [&](Removals::Whose whose) {
    return count_resources(context, homes(context, context.catalog.group), object_class::group, whose,
                           deadline);
  });
  if (!group || !*group) return group;
  auto all = may_lose_members(context, members, home, deadline);
  if (all && !*all) permission.refuse();
  return all;
}

// What a first try has left undone: the group is gone for the identity provider when its directory groups
// have followed.
Result<> finish_earlier(const Context& context, std::string_view id, Deadline deadline) {
  const auto filter = Filter::all_of({Filter::equal(attr::id, id), Filter::present(attr::deleted),
                                      Filter::negation(Filter::present(attr::held)),
                                      Filter::equal("objectClass", object_class::group),
                                      Filter::equal(attr::connection, context.rules.connection)});
  for (const auto& base : homes(context, context.catalog.group)) {
    const auto found = directory::search(context.directory,
                                         {base, Scope::Subtree, filter, attributes(context), 0}, deadline);
    if (!found) return found.error();
    for (const auto& home : *found)
      if (auto done = finish(context, home, deadline); !done) return done;
  }
  return mapping::maps_groups(context.rules) ? settle_owed(context, id, deadline) : Result<>();
}

}  // namespace

Result<> remove_group(const Context& context, std::string_view id, const Precondition& precondition,
                      Deadline deadline) {
  auto home = find_entry(context, context.catalog.group, id, attributes(context), deadline);
  if (!home && home.error().kind == ErrorKind::NotFound)
    if (auto done = finish_earlier(context, id, deadline); !done) return done;
  if (!home) return home.error();
  auto record = mapping::read_record(*home);
  if (!record) return record.error();
  if (auto fits = check(precondition, *record); !fits) return fits;
  Permission permission(context.mandate.budget, sync::Removal::GroupDelete);
  LossPermission members(context);
  const auto allowed = may_go(context, permission, members, *home, deadline);
  if (!allowed) return allowed.error();
  auto done = *allowed ? take_away(context, *home, precondition, deadline)
                       : hold_deletion(context, directory::at(home->dn, mapping::group_attributes()),
                                       precondition, reason_of(context), deadline);
  if (done) permission.landed(home->dn);
  if (done && *allowed) members.landed(home->dn, {});
  return done;
}

Result<> decide_on_group(const Context& context, std::string_view id, sync::Decision decision,
                         Deadline deadline) {
  auto home =
      find_waiting(context, context.catalog.group, id, {held::removal}, attributes(context), deadline);
  if (!home) return home.error();
  auto record = mapping::read_record(*home);
  if (!record) return record.error();
  const Precondition unchanged{record->version, {}};
  auto done = decision == sync::Decision::Approved
                  ? take_away(context, *home, unchanged, deadline)
                  : reject_deletion(context, directory::at(home->dn, mapping::group_attributes()), unchanged,
                                    deadline);
  if (done && context.mandate.budget)
    context.mandate.budget->decided(decision, sync::Removal::GroupDelete, home->dn, {}, {});
  return done;
}

Result<> sweep_deleted_groups(const Context& context, Deadline deadline) {
  const auto deleted =
      Filter::all_of({Filter::present(attr::deleted), Filter::negation(Filter::present(attr::held)),
                      Filter::equal("objectClass", object_class::group),
                      Filter::equal(attr::connection, context.rules.connection)});
  std::vector<Entry> homes;
  for (const auto& base : {context.rules.group_base, context.rules.bridge_base}) {
    auto found =
        directory::search(context.directory, {base, Scope::Subtree, deleted, {attr::id}, 0}, deadline);
    if (!found) return found.error();
    std::move(found->begin(), found->end(), std::back_inserter(homes));
  }
  return each_in_turn(context, homes, deadline, [&](const Entry& home) -> Result<> {
    auto lease = context.locks.acquire({{id_key(home.attributes.first(attr::id))}, {}}, deadline);
    if (!lease) return lease.error();
    auto now = directory::search(context.directory, {home.dn, Scope::Base, deleted, attributes(context), 0},
                                 deadline);
    if (!now && now.error().kind != ErrorKind::NotFound) return now.error();
    return now && !now->empty() ? finish(context, now->front(), deadline) : Result<>();
  });
}

}  // namespace dirbridge::provision
