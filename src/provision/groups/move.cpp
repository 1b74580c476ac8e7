#include "provision/groups/move.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/lost_targets.hpp"
#include "provision/grants/places.hpp"
#include "provision/grants/projection.hpp"
#include "provision/grants/target_names.hpp"
#include "provision/members/identify.hpp"
#include "provision/members/resolve.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/records.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::DnSet;
using directory::Entry;
using directory::Filter;
using directory::Scope;
using Presence = sync::EntryGoal::Presence;
using Texts = std::vector<std::string>;

directory::SearchRequest at(const Context& context, const Dn& dn) {
  return directory::at(dn, mapping::with_members(context.rules));
}

// The members that are resources of the connection; the others are in the entry by hand.
Result<Texts> own_members(const Context& context, const Entry& entry, Deadline deadline) {
  const auto& members = entry.attributes.values(context.rules.group_shape.member_attribute);
  const auto known = identify(context, members, deadline);
  if (!known) return known.error();
  Texts out;
  for (std::size_t i = 0; i < members.size(); ++i)
    if ((*known)[i]) out.push_back(members[i]);
  return out;
}

Result<> run(const Context& context, const Dn& dn,
             const std::function<Result<sync::EntryGoal>(const std::optional<Entry>&)>& goal,
             Deadline deadline) {
  sync::Task task;
  task.find = at(context, dn);
  task.goal = goal;
  auto done = context.reconciler.run(task, deadline);
  context.member_ids.forget(dn);
  return done ? Result<>() : Result<>(done.error());
}

// What a record has, beside what the content says.
Result<sync::EntryGoal> record_goal(const Context& context, const Entry& entry, const Texts& members,
                                    Deadline deadline) {
  const auto& rules = context.rules;
  auto record = mapping::read_record(entry);
  if (!record) return record.error();
  mapping::MemberDelta delta;
  delta.add = members;
  delta.pending = entry.attributes.values(attr::pending_member);
  auto goal = mapping::group_goal(rules, record->id, record->content, delta, std::nullopt,
                                  "a source group of its own");
  if (!goal) return goal;
  // Its directory name may be one that was kept when the group was renamed.
  const auto name = entry.dn.rdn().value();
  auto current = entry;
  current.attributes.set("cn", {name});
  current.attributes.set(mapping::mapped_as_attribute, {});  // it is the entry's own
  auto mapped = mapping::map_group(rules, text_of(record->content, "displayName"), current);
  if (!mapped) return mapped.error();
  for (auto& wish : goal->attributes) {
    if (wish.attribute == attr::target) {
      wish.values.clear();
      for (const auto& target : mapped->targets.groups) wish.values.push_back(target.str());
    }
    if (wish.attribute == "cn") wish.values = mapped->kept.empty() ? Texts() : Texts{mapped->kept};
  }
  if (auto done = place_targets(context, *goal, std::nullopt, deadline); !done) return done.error();
  return goal;
}

// Groups that list the entry list the record as well: to products the entry stays a group in a group.
Result<> list_record(const Context& context, const Dn& entry, const Dn& record, Deadline deadline) {
  const auto& member = context.rules.group_shape.member_attribute;
  const auto filter =
      Filter::all_of({Filter::equal(member, entry.str()), Filter::equal("objectClass", object_class::group),
                      Filter::equal(attr::connection, context.rules.connection)});
  for (const auto& base : homes(context, context.catalog.group)) {
    auto parents = directory::search(context.directory, {base, Scope::Subtree, filter, {"1.1"}, 0}, deadline);
    if (!parents) return parents.error();
    for (const auto& parent : *parents) {
      auto done = run(
          context, parent.dn,
          [&](const std::optional<Entry>& there) -> Result<sync::EntryGoal> {
            if (!there) return sync::EntryGoal{Presence::Absent, parent.dn, {}, "", {}};
            return sync::EntryGoal{Presence::Present,
                                   there->dn,
                                   {sync::including(member, {record.str()})},
                                   "a member has moved",
                                   {}};
          },
          deadline);
      if (!done) return done;
    }
  }
  return {};
}

// The entry is a directory group, and nothing else, from now on.
Result<> make_mapped(const Context& context, const Entry& entry, Deadline deadline) {
  return run(
      context, entry.dn,
      [&](const std::optional<Entry>& there) -> Result<sync::EntryGoal> {
        if (!there) return error(ErrorKind::NotFound, "the group is gone");
        sync::EntryGoal goal{Presence::Present, there->dn, {}, "a source group of its own", {}};
        goal.attributes = {sync::including("objectClass", {object_class::mapped_group}),
                           sync::excluding("objectClass", {object_class::group})};
        for (const auto* name : {attr::id, attr::external_id, attr::display_name, attr::resource,
                                 attr::pending_member, attr::alias})
          goal.attributes.push_back(sync::exactly(name, {}));
        return goal;
      },
      deadline);
}

Result<bool> to_record(const Context& context, const GroupHomes& homes, Deadline deadline) {
  const auto& entry = *homes.entry;
  auto members = own_members(context, entry, deadline);
  if (!members) return members.error();
  if (auto there = ensure_records(context, deadline); !there) return there.error();
  auto goal = record_goal(context, entry, *members, deadline);
  if (!goal) return goal.error();
  auto made = run(
      context, goal->dn,
      [&](const std::optional<Entry>& there) -> Result<sync::EntryGoal> {
        if (there && there->attributes.first(attr::id) != entry.attributes.first(attr::id))
          return error(ErrorKind::Uniqueness, "a group " + goal->dn.rdn().value() + " has a record already");
        return *goal;
      },
      deadline);
  if (!made) return made.error();
  if (auto done = list_record(context, entry.dn, goal->dn, deadline); !done) return done.error();
  // A directory group that is not the group's any more loses its members.
  const auto targets = std::find_if(goal->attributes.begin(), goal->attributes.end(),
                                    [](const auto& wish) { return wish.attribute == attr::target; });
  const bool stays = targets != goal->attributes.end() &&
                     std::any_of(targets->values.begin(), targets->values.end(), [&](const auto& value) {
                       const auto dn = Dn::parse(value);
                       return dn && *dn == entry.dn;
                     });
  LostTarget lost(context, entry.dn, entry.attributes.first(attr::id));
  if (!stays && !members->empty()) {
    if (auto done = lost.hold_back(*members, deadline); !done) return done.error();
    auto note = note_ended(context, entry.attributes.first(attr::id), {entry.dn}, *members, deadline);
    if (!note) return note.error();
  }
  if (auto done = make_mapped(context, entry, deadline); !done) return done.error();
  if (auto kept = lost.landed(deadline); !kept) return kept.error();
  return true;
}

// Whom the entry must not have as a member when it is the group itself: users of the connection that other
// groups have brought there.
Result<Texts> foreign_members(const Context& context, const Entry& group, const Entry& record,
                              Deadline deadline) {
  auto own = own_members(context, group, deadline);
  if (!own) return own.error();
  DnSet staying(record.attributes.values(context.rules.group_shape.member_attribute));
  auto by_hand = directory::read(context.directory, by_hand_record(context, group.dn).dn,
                                 {context.rules.group_shape.member_attribute}, deadline);
  if (!by_hand) return by_hand.error();
  if (*by_hand)
    for (const auto& member : (*by_hand)->attributes.values(context.rules.group_shape.member_attribute))
      staying.insert(member);
  std::erase_if(*own, [&](const auto& member) { return staying.contains(member); });
  return own;
}

Result<> give_way(const Context& context, const Dn& record, const Dn& successor, Deadline deadline) {
  return run(
      context, record,
      [&](const std::optional<Entry>&) -> Result<sync::EntryGoal> {
        sync::EntryGoal goal{Presence::Absent, record, {}, "the group is its directory group", {}};
        goal.successor = successor;
        return goal;
      },
      deadline);
}

// The directory group becomes the group's home. Conflict: it is not only this group's.
Result<> become_home(const Context& context, const Entry& record, const Dn& group, Deadline deadline) {
  const auto& shape = context.rules.group_shape;
  auto there = directory::read(context.directory, group, mapping::with_members(context.rules), deadline);
  if (!there) return there.error();
  Texts foreign;
  if (*there) {
    if (!is_made_here(context, **there))
      return error(ErrorKind::Conflict,
                   "the directory group " + group.str() + " was not made by this connection");
    auto others = foreign_members(context, **there, record, deadline);
    if (!others) return others.error();
    foreign = std::move(*others);
  } else {
    const auto other = other_named(context, group, group, deadline);
    if (!other) return other.error();
    if (*other) return error(ErrorKind::Conflict, "the entry " + (*other)->str() + " has the name");
  }
  auto content = mapping::read_record(record);
  if (!content) return content.error();
  mapping::MemberDelta delta;
  delta.add = record.attributes.values(shape.member_attribute);
  delta.pending = record.attributes.values(attr::pending_member);
  delta.remove = std::move(foreign);
  return run(
      context, group,
      [&](const std::optional<Entry>& now) -> Result<sync::EntryGoal> {
        auto goal = mapping::group_goal(context.rules, content->id, content->content, delta, now,
                                        "the group is its directory group");
        if (!goal) return goal;
        goal->dn = now ? now->dn : group;
        for (auto& wish : goal->attributes)
          if (wish.attribute == "cn") wish.values = {group.rdn().value()};
        goal->attributes.push_back(sync::excluding("objectClass", {object_class::mapped_group}));
        return goal;
      },
      deadline);
}

bool is_left(const Context& context, const std::optional<Entry>& entry) {
  return entry && is_made_here(context, *entry);
}

// The directory group that is to be the group itself: the one that it fills now if that has its name, or one
// that it kept when it was renamed; else the one of its name. A mapping's directory group is not the group's
// own.
Result<Dn> home_of(const Context& context, const Entry& record, const Dn& filled, Deadline deadline) {
  const auto& rules = context.rules;
  const std::string name(record.attributes.first(attr::display_name));
  const auto own = rules.group_base.child({"cn", name});
  const auto today = filled.rdn().value();
  if (today != name && today != record.attributes.first("cn")) return own;
  if (rules.group_options.on_rename == mapping::GroupOptions::OnRename::Keep) return filled;
  auto there = directory::read(context.directory, own, {"objectClass", attr::connection}, deadline);
  if (!there) return there.error();
  return is_left(context, *there) ? own : filled;
}

Result<bool> to_entry(const Context& context, const Entry& record, Deadline deadline) {
  const auto targets = targets_in(record);
  if (targets.size() != 1) return false;
  const auto& filled = targets.front();
  const auto chosen = home_of(context, record, filled, deadline);
  if (!chosen) return chosen.error();
  const auto& group = *chosen;
  auto shared =
      directory::search(context.directory,
                        {context.rules.bridge_base,
                         Scope::Subtree,
                         Filter::all_of({Filter::equal(attr::target, group.str()),
                                         Filter::negation(Filter::equal(attr::kind, by_hand_kind))}),
                         {"1.1"},
                         0},
                        deadline);
  if (!shared) return shared.error();
  if (shared->size() > 1) return false;
  auto home = become_home(context, record, group, deadline);
  if (!home && home.error().kind == ErrorKind::Conflict) {
    log::info("group_stays_a_record", {{"record", record.dn.str()}, {"detail", home.error().detail}});
    return false;
  }
  if (!home) return home.error();
  const auto& members = record.attributes.values(context.rules.group_shape.member_attribute);
  LostTarget lost(context, filled, record.attributes.first(attr::id));
  if (!(group == filled)) {
    if (auto done = lost.hold_back(members, deadline); !done) return done.error();
    auto note = note_ended(context, record.attributes.first(attr::id), {filled}, members, deadline);
    if (!note) return note.error();
  }
  if (auto done = give_way(context, record.dn, group, deadline); !done) return done.error();
  if (auto kept = lost.landed(deadline); !kept) return kept.error();
  // A sweep may have settled the note while the record still granted.
  if (!(group == filled))
    if (auto done = project(context, filled, members, deadline); !done) return done.error();
  if (auto done = delete_entry(context, by_hand_record(context, group).dn,
                               "members by hand are plain members", deadline);
      !done)
    return done.error();
  return true;
}

}  // namespace

Result<GroupHomes> homes_of_group(const Context& context, std::string_view id, Deadline deadline) {
  GroupHomes out;
  for (const auto& base : homes(context, context.catalog.group)) {
    auto found = directory::search(
        context.directory,
        by_id_below(context, base, context.catalog.group, id, mapping::with_members(context.rules)),
        deadline);
    if (!found) return found.error();
    for (auto& home : *found)
      if (home.attributes.first(attr::connection) == context.rules.connection)
        (mapping::is_record(context.rules, home.dn) ? out.record : out.entry) = std::move(home);
  }
  return out;
}

Result<bool> is_left_group(const Context& context, const Dn& group, Deadline deadline) {
  const auto there = directory::read(context.directory, group, {"objectClass", attr::connection}, deadline);
  if (!there) return there.error();
  return is_left(context, *there);
}

Result<mapping::Record> take_left_group(const Context& context, const Arrival& arrival, Deadline deadline) {
  sync::Task task;
  task.find = at(context, arrival.goal.dn);
  task.read_back = mapping::record_attributes();
  task.goal = [&](const std::optional<Entry>& there) -> Result<sync::EntryGoal> {
    if (!is_left(context, there))
      return error(ErrorKind::Uniqueness, "the displayName is already in use", "displayName");
    auto goal = arrival.goal;
    goal.dn = there->dn;
    goal.attributes.push_back(sync::excluding("objectClass", {object_class::mapped_group}));
    return goal;
  };
  auto report = context.reconciler.run(task, deadline);
  if (!report) return report.error();
  if (!report->after) return error(ErrorKind::Internal, "the directory did not return the entry it changed");
  context.member_ids.forget(report->after->dn);
  return mapping::read_record(*report->after);
}

Result<bool> move_group(const Context& context, const GroupHomes& homes, Deadline deadline) {
  const bool maps = mapping::maps_groups(context.rules);
  for (const auto& home : {homes.entry, homes.record})
    if (home && home->attributes.find(attr::held_member)) {
      log::warning("group_not_moved", {{"dn", home->dn.str()}, {"detail", "removals of its members wait"}});
      return false;
    }
  if (maps && homes.entry) return to_record(context, homes, deadline);
  if (!maps && homes.record && homes.entry) {
    auto done = give_way(context, homes.record->dn, homes.entry->dn, deadline);
    if (!done) return done.error();
    return true;
  }
  if (!maps && homes.record) return to_entry(context, *homes.record, deadline);
  return false;
}

}  // namespace dirbridge::provision
