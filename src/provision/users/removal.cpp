#include "provision/users/removal.hpp"

#include <iterator>

#include "base/log.hpp"
#include "directory/time.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/user_entry.hpp"
#include "provision/groups/change.hpp"
#include "provision/groups/held_deletion.hpp"
#include "provision/groups/memberships.hpp"
#include "provision/store/count.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/turns.hpp"
#include "provision/users/change.hpp"
#include "provision/users/concession.hpp"
#include "provision/users/disabling.hpp"
#include "provision/users/goals.hpp"
#include "provision/users/leaving.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using directory::Filter;
using directory::Scope;
using mapping::OnDelete;

std::string reason_to_go(const Context& context) {
  return context.mandate.reason_or("DELETE /Users");
}

// The home of a deleted user, as far as it is not given up.
Result<Changed> write_hidden(const Context& context, const Entry& home, const Precondition& precondition,
                             const Leaving& leaving, const Concession& concession,
                             Concession::Attempt& attempt, Deadline deadline) {
  ResourceEdit wish;
  wish.find = user_at(context, home.dn);
  wish.elsewhere = anywhere(context, context.catalog.user, home.attributes.first(attr::id),
                            mapping::user_attributes(context.rules));
  wish.precondition = precondition;
  const auto when = directory::to_generalized_time(context.clock.now());
  wish.edit = [&](const mapping::Record& record, const Entry& entry) -> Result<sync::EntryGoal> {
    attempt.locks = mapping::has_locks(context.rules);
    attempt.unfinished = entry.attributes.find(attr::alias) != nullptr;
    auto goal = mapping::deleted_user_goal(context.rules, record.id, record.content, entry, when,
                                           concession.extent(), reason_to_go(context));
    if (!goal) return goal;
    attempt.moves = !(goal->dn == entry.dn);
    goal->keeps_alias = concession.keeps_alias();
    leaving.remember(*goal);
    goal->attributes.push_back(sync::exactly(attr::held, {}));
    return goal;
  };
  return change(context, wish, deadline);
}

// The entry stays, hidden, and is remembered as deleted. Its name is what it was.
Result<> hide(const Context& context, Entry home, Precondition precondition, const Leaving& leaving,
              Deadline deadline) {
  Memberships memberships(context, home, deadline);
  if (auto left = memberships.leave(); !left) {
    memberships.restore();
    return left;
  }
  Concession concession;
  concession.keep_name();
  for (;;) {
    Concession::Attempt attempt{.leaves = true};
    auto hidden = write_hidden(context, home, precondition, leaving, concession, attempt, deadline);
    context.member_ids.forget(home.dn);
    if (hidden) {
      memberships.tell_stayed(hidden->after.dn);
      concession.tell(context, hidden->after.dn);
      return {};
    }
    if (concession.give_up(hidden.error(), attempt)) {
      // It held; what was written meanwhile is our own, and may have moved the entry.
      precondition = {};
      auto now = find_entry(context, context.catalog.user, home.attributes.first(attr::id),
                            mapping::user_attributes(context.rules), deadline);
      if (now) home = std::move(*now);
      continue;
    }
    if (hidden.error().kind != ErrorKind::NotFound) memberships.restore();
    return hidden.error();
  }
}

// The entry stays as it is, and is nobody's.
Result<> release(const Context& context, const Entry& home, Deadline deadline) {
  sync::Task task;
  task.find = user_at(context, home.dn);
  task.goal = [&](const std::optional<Entry>& entry) -> Result<sync::EntryGoal> {
    if (!entry) return error(ErrorKind::NotFound, "the entry is gone", "id");
    if (!entry->attributes.find(attr::connection))  // it is released already
      return sync::EntryGoal{sync::EntryGoal::Presence::Present, entry->dn, {}, reason_to_go(context), {}};
    return mapping::released_user_goal(context.rules, *entry, reason_to_go(context));
  };
  auto released = context.reconciler.run(task, deadline);
  context.member_ids.forget(home.dn);
  if (!released) return released.error();
  log::info("entry_released", {{"dn", home.dn.str()}});
  return {};
}

// The moves of this user that were interrupted: of two homes one is left. True: there was one.
Result<bool> finish_moves(const Context& context, std::string_view id, Deadline deadline) {
  if (!context.rules.disable.delete_entry && context.rules.user_options.import) return false;
  bool any = false;
  const auto all = anywhere(context, context.catalog.user, id, mapping::user_attributes(context.rules));
  for (const auto& found : context.directory.search_all(all, deadline)) {
    if (!found && found.error().kind != ErrorKind::NotFound) return found.error();
    for (const auto& home : found ? *found : std::vector<Entry>()) {
      if (!home.attributes.find(attr::alias)) continue;
      if (auto done = finish_move(context, home, deadline); !done) return done.error();
      any = true;
    }
  }
  return any;
}

// What was interrupted is ended first: who is deleted has one home, and is listed by one name. Where groups
// cannot be brought to it, she leaves under each of her names.
Result<Entry> settled(const Context& context, Entry home, std::string_view id, Deadline deadline) {
  const auto attributes = mapping::user_attributes(context.rules);
  const auto moved = finish_moves(context, id, deadline);
  if (!moved) return moved.error();
  if (*moved) {
    auto now = find_entry(context, context.catalog.user, id, attributes, deadline);
    if (!now) return now;
    home = std::move(*now);
  }
  if (!home.attributes.find(attr::alias)) return home;
  const auto done = context.reconciler.settle(user_at(context, home.dn), deadline);
  if (!done && !concerns_content(done.error().kind)) return done.error();
  return find_entry(context, context.catalog.user, id, attributes, deadline);
}

// An entry that was there before the bridge is not the bridge's to delete, and one that is not to be seen any
// more must not stay visible: it is hidden.
OnDelete fate_of(const Context& context, const Entry& home) {
  const bool hidden = mapping::is_disabled(home.attributes);
  const bool record = mapping::is_record(context.rules, home.dn);
  switch (context.on_delete_of_users()) {
    case OnDelete::Disable:
      return OnDelete::Disable;
    case OnDelete::Keep:
      return record ? OnDelete::Delete : hidden ? OnDelete::Disable : OnDelete::Keep;
    case OnDelete::Delete:
      if (mapping::is_adopted(home.attributes)) return OnDelete::Disable;
      return context.user_grace().count() > 0 && !record ? OnDelete::Disable : OnDelete::Delete;
  }
  return OnDelete::Disable;
}

// Users who were deleted at that time or before, and about whom nothing else is to be done or decided. An
// entry that was there before the bridge is not the bridge's to delete.
Filter due(const Context& context) {
  const auto when = context.clock.now() - context.user_grace();
  return Filter::all_of(
      {Filter::at_most(attr::deleted, directory::to_generalized_time(when)),
       Filter::equal(attr::connection, context.rules.connection), Filter::present(attr::user_name),
       Filter::negation(Filter::equal(attr::adopted, "TRUE")),
       Filter::negation(Filter::present(attr::handover)), Filter::negation(Filter::present(attr::held))});
}

// An entry that cannot go would leave its groups for a moment, at each run.
Result<> has_nothing_below(const Context& context, const directory::Dn& home, Deadline deadline) {
  const auto found = directory::search(context.directory,
                                       {home, Scope::OneLevel, Filter::everything(), {"1.1"}, 0}, deadline);
  if (!found) return found.error().kind == ErrorKind::MissingBase ? Result<>() : Result<>(found.error());
  return found->empty() ? Result<>()
                        : error(ErrorKind::Denied, "entries lie below " + home.str() + ", which is to go");
}

// Who comes back first stays: here the id is held, and another bridge is told by the condition.
Result<> delete_one(const Context& context, const Entry& home, const Filter& due, Deadline deadline) {
  const auto id = home.attributes.first(attr::id);
  auto lease = context.locks.acquire({{id_key(id)}, {}}, deadline);
  if (!lease) return lease.error();
  if (auto alone = has_nothing_below(context, home.dn, deadline); !alone) return alone;
  const auto still = Filter::all_of({Filter::equal(attr::id, id), due});
  sync::Task task;
  task.find = {home.dn, Scope::Base, still, mapping::user_attributes(context.rules), 0};
  task.goal = [&](const std::optional<Entry>&) -> Result<sync::EntryGoal> {
    return sync::EntryGoal{sync::EntryGoal::Presence::Absent,
                           home.dn,
                           {},
                           "deleted by the identity provider, time is up",
                           {},
                           still};
  };
  auto gone = context.reconciler.run(task, deadline);
  context.member_ids.forget(home.dn);
  return gone ? Result<>() : Result<>(gone.error());
}

// Of a record nobody sees anything, and an entry that is let go stays.
Result<bool> may_go(const Context& context, Permission& permission, const Entry& home, Deadline deadline) {
  if (mapping::is_record(context.rules, home.dn) || fate_of(context, home) == OnDelete::Keep) return true;
  return permission.ask(1, [&](Removals::Whose whose) {
    return count_resources(context, {context.rules.user_base}, object_class::user, whose, deadline);
  });
}

Result<> take_away(const Context& context, const Entry& home, const mapping::Record& record,
                   const Precondition& precondition, Deadline deadline) {
  const auto fate = fate_of(context, home);
  if (fate == OnDelete::Keep) return release(context, home, deadline);
  Leaving leaving(context, deadline);
  if (auto told = leaving.announce(home); !told) return told;
  // What is still owed is remembered on the entry: it goes when that is done.
  if (fate == OnDelete::Disable || leaving.owes())
    return hide(context, home, precondition, leaving, deadline);
  // Directory groups follow by notes, which outlive whatever interrupts them.
  Memberships memberships(context, home, deadline);
  auto left = mapping::maps_groups(context.rules) ? memberships.leave() : Result<>();
  auto find = user_at(context, home.dn);
  find.filter = Filter::equal(attr::id, record.id);
  auto gone = left ? provision::remove(context, find, precondition, reason_to_go(context), deadline) : left;
  if (gone) return gone;
  if (!left || !concerns_content(gone.error().kind)) {
    if (gone.error().kind != ErrorKind::NotFound) memberships.restore();
    return gone;
  }
  if (auto hidden = hide(context, home, {}, leaving, deadline); !hidden) return hidden;
  const auto& why = gone.error().detail;
  log_incomplete(context, home.dn, "the entry stays, hidden: " + why);
  context.reconciler.left(home.dn, "entry", why);
  return {};
}

}  // namespace

Result<> remove_user(const Context& context, std::string_view id, const Precondition& precondition,
                     Deadline deadline) {
  auto home =
      find_entry(context, context.catalog.user, id, mapping::user_attributes(context.rules), deadline);
  if (!home) return home.error();
  auto record = mapping::read_record(*home);
  if (!record) return record.error();
  if (auto fits = check(precondition, *record); !fits) return fits;
  const auto asked_for = record->version;
  home = settled(context, std::move(*home), id, deadline);
  if (!home) return home.error();
  record = mapping::read_record(*home);
  if (!record) return record.error();
  // It held of what the client has seen, and what was written since is our own.
  const bool same = precondition.empty() || record->version == asked_for;
  const auto still = same ? precondition : Precondition{record->version, {}};
  Permission permission(context.mandate.budget, sync::Removal::Delete);
  const auto allowed = may_go(context, permission, *home, deadline);
  if (!allowed) return allowed.error();
  auto done =
      *allowed ? take_away(context, *home, *record, still, deadline)
               : hold_deletion(context, user_at(context, home->dn), still, reason_to_go(context), deadline);
  if (done) permission.landed(home->dn);
  return done;
}

Result<> decide_on_user(const Context& context, std::string_view id, sync::Decision decision,
                        Deadline deadline) {
  auto home = find_waiting(context, context.catalog.user, id, {held::disable, held::removal},
                           mapping::user_attributes(context.rules), deadline);
  if (!home) return home.error();
  auto record = mapping::read_record(*home);
  if (!record) return record.error();
  const Precondition unchanged{record->version, {}};
  const bool deletion = held::has(home->attributes, held::removal);
  Result<> done;
  if (!deletion) {
    auto changed = decide_on_disabling(context, *home, decision, deadline);
    if (!changed) done = changed.error();
  } else if (decision == sync::Decision::Approved) {
    done = take_away(context, *home, *record, unchanged, deadline);
  } else {
    done = reject_deletion(context, user_at(context, home->dn), unchanged, deadline);
  }
  if (done && context.mandate.budget)
    context.mandate.budget->decided(decision, deletion ? sync::Removal::Delete : sync::Removal::Disable,
                                    home->dn, {}, {});
  return done;
}

Result<> delete_due(const Context& context, Deadline deadline) {
  if (context.on_delete_of_users() != OnDelete::Delete) return {};
  const auto filter = due(context);
  std::vector<Entry> users;
  for (const auto& base : homes(context, context.catalog.user)) {
    auto found =
        directory::search(context.directory, {base, Scope::Subtree, filter, {attr::id}, 0}, deadline);
    if (!found) return found.error();
    std::move(found->begin(), found->end(), std::back_inserter(users));
  }
  return each_in_turn(context, users, deadline,
                      [&](const Entry& user) { return delete_one(context, user, filter, deadline); });
}

}  // namespace dirbridge::provision
