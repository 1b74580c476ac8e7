#include "provision/groups/change.hpp"

#include <algorithm>
#include <type_traits>

#include "base/log.hpp"
#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/naming.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/grants.hpp"
#include "provision/grants/owed.hpp"
#include "provision/grants/places.hpp"
#include "provision/grants/planned_change.hpp"
#include "provision/grants/removed_members.hpp"
#include "provision/grants/source_change.hpp"
#include "provision/grants/target_rename.hpp"
#include "provision/members/delta.hpp"
#include "provision/members/waiting.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/names_in_use.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Scope;

// Writes the wish while it is the change that the directory groups were prepared for. Conflict: of what the
// record is by now it makes another one.
Result<Changed> change_as_planned(const Context& context, ResourceEdit wish, const SourceChange& planned,
                                  Deadline deadline) {
  wish.edit = [&context, &planned, edit = std::move(wish.edit)](
                  const mapping::Record& record, const Entry& entry) -> Result<sync::EntryGoal> {
    auto goal = edit(record, entry);
    if (goal && !(change_of(context.rules, record.id, entry, *goal) == planned))
      return error(ErrorKind::Conflict, "the group was changed meanwhile");
    return goal;
  };
  return change(context, wish, deadline);
}

// Whether one of the directory groups is not there.
Result<bool> lacks_any(const Context& context, const std::vector<Dn>& groups, Deadline deadline) {
  std::vector<directory::SearchRequest> searches;
  for (const auto& group : groups) searches.push_back(directory::at(group, {"1.1"}));
  bool out = false;
  for (const auto& found : context.directory.search_all(searches, deadline)) {
    if (!found && found.error().kind != ErrorKind::NotFound) return found.error();
    out = out || !found || found->empty();
  }
  return out;
}

Result<Changed> try_to_change(const Context& context, std::string_view id, const ResourceEdit& wish,
                              Deadline deadline) {
  const NameWatch since(context.locks.names());
  auto entries = directory::search(context.directory, wish.find, deadline);
  if (!entries) return entries.error();
  if (entries->empty() || entries->front().attributes.first(attr::connection) != context.rules.connection)
    return no_such_id(id);
  const auto& entry = entries->front();
  auto record = mapping::read_record(entry);
  if (!record) return record.error();
  if (auto fits = check(wish.precondition, *record); !fits) return fits.error();
  auto goal = wish.edit(*record, entry);
  if (!goal) return goal.error();
  const auto planned = change_of(context.rules, record->id, entry, *goal);
  auto what = planned;
  const auto& read = wish.find.attributes;
  what.whole = std::find(read.begin(), read.end(), context.rules.group_shape.member_attribute) != read.end();
  // Who repeats what was interrupted finds the record as it is to be.
  const bool members_stay = what.come.empty() && what.go.empty();
  if (what.whole || members_stay || !(what.before == what.after))
    if (auto done = settle_owed(context, record->id, deadline); !done) return done.error();
  if (members_stay && !what.whole) {
    const auto missing = lacks_any(context, what.before, deadline);
    if (!missing) return missing.error();
    what.whole = *missing;
  }
  if (auto free = check_collision(context, what, deadline); !free) return free.error();
  auto renamed = rename_target(context, what, deadline);
  if (!renamed) return renamed.error();
  if (*renamed) what.before = what.after;
  return write_source(
      context, what, since, deadline, [&] { return change_as_planned(context, wish, planned, deadline); },
      std::move(*renamed));
}

Result<Changed> change_source(const Context& context, std::string_view id, const ResourceEdit& wish,
                              Deadline deadline) {
  return until_as_planned([&] { return try_to_change(context, id, wish, deadline); });
}

Error going_at_this_moment() {
  return error(ErrorKind::Busy, "a deleted group of this name is going at this moment", "displayName");
}

// The record of a deleted group becomes that of a new one.
Result<Changed> try_to_take_up(const Context& context, const ResourceEdit& wish, Deadline deadline) {
  const NameWatch since(context.locks.names());
  auto entries = directory::search(context.directory, wish.find, deadline);
  if (!entries && entries.error().kind != ErrorKind::NotFound) return entries.error();
  if (!entries || entries->empty()) return going_at_this_moment();
  const auto& entry = entries->front();
  auto record = mapping::read_record(entry);
  if (!record) return record.error();
  auto goal = wish.edit(*record, entry);
  if (!goal) return goal.error();
  const auto planned = change_of(context.rules, record->id, entry, *goal);
  auto what = planned;
  if (mapping::is_gone(entry.attributes)) {  // it grants nothing
    what.is_new = true;
    what.before.clear();
  }
  if (auto free = check_collision(context, what, deadline); !free) return free.error();
  return write_source(context, what, since, deadline,
                      [&] { return change_as_planned(context, wish, planned, deadline); });
}

// Why a directory group stays where it is though its group was renamed; empty: nothing is in the way. Who
// asks for another name (`asked`) is told when somebody else has it; otherwise it is put off.
Result<std::string> obstacle_to_rename(const Context& context, const Dn& from, const Dn& to, bool asked,
                                       Deadline deadline) {
  const auto shared = is_granted(context, from, deadline);
  if (!shared) return shared.error();
  if (*shared) return std::string("others are mapped to it");
  const auto there = directory::read(context.directory, to, {attr::connection, attr::deleted}, deadline);
  if (!there) return there.error();
  const bool left = *there && mapping::is_deleted((*there)->attributes) &&
                    (*there)->attributes.first(attr::connection) == context.rules.connection;
  if (left) return std::string("that of a deleted group has the new one");
  if (*there && !asked && !(from == to)) return "another entry has the new one: " + to.str();
  const auto other = other_named(context, to, from, deadline);
  if (!other) return other.error();
  const bool refused = asked && *other && **other == to;  // by the directory
  return *other && !refused ? "another entry has the new one: " + (*other)->str() : std::string();
}

}  // namespace

Result<Namesakes> namesakes(const Context& context, std::string_view display_name, Deadline deadline) {
  const auto place = mapping::group_home(context.rules, display_name);
  if (auto fits = mapping::check_length(place.rdn(), "displayName"); !fits) return fits.error();
  const auto filter = Filter::all_of({Filter::equal(attr::display_name, display_name),
                                      Filter::equal("objectClass", object_class::group),
                                      Filter::equal(attr::connection, context.rules.connection)});
  std::vector<directory::SearchRequest> searches;
  for (const auto& base : homes(context, context.catalog.group))
    searches.push_back({base, Scope::Subtree, filter, mapping::group_attributes(), 0});
  const auto deleted =
      Filter::all_of({Filter::present(attr::deleted), Filter::equal("objectClass", object_class::group),
                      Filter::equal(attr::connection, context.rules.connection)});
  searches.push_back({place, Scope::Base, deleted, mapping::group_attributes(), 0});
  const auto own = searches.size();
  if (!mapping::maps_groups(context.rules))
    for (auto& search : searches_for_group_name(context, display_name)) searches.push_back(std::move(search));
  Namesakes out;
  auto answers = context.directory.search_all(searches, deadline);
  for (std::size_t i = 0; i < own; ++i) {
    const bool in_its_place = i + 1 == own;
    if (!answers[i] && answers[i].error().kind == ErrorKind::NotFound && in_its_place) continue;
    if (!answers[i]) return answers[i].error();
    std::move(answers[i]->begin(), answers[i]->end(), std::back_inserter(out.groups));
  }
  for (std::size_t i = own; i < answers.size(); ++i) {
    if (!answers[i]) return answers[i].error();
    for (auto& entry : *answers[i])
      if (std::none_of(out.groups.begin(), out.groups.end(),
                       [&](const Entry& group) { return group.dn == entry.dn; }))
        out.holder = std::move(entry);
  }
  return out;
}

Result<Keys> keys_of_group_name(const Context& context, const std::string& name) {
  if (name.empty()) return Keys{{}, {renames}};
  Keys keys{{dn_key(mapping::group_home(context.rules, name))}, {renames}};
  if (!mapping::maps_groups(context.rules)) return keys;
  const auto mapped = mapping::map_group(context.rules, name, std::nullopt);
  if (mapped && mapped->targets.on_the_fly)
    for (const auto& target : mapped->targets.groups) keys.exclusive.push_back(dn_key(target));
  return keys;
}

Error display_name_in_use() {
  return error(ErrorKind::Uniqueness, "the displayName is already in use", "displayName");
}

Error group_name_taken(const Context& context, std::string_view display_name, const Entry& holder) {
  const auto why = why_taken(context, holder, "groups.adopt");
  log::warning("conflict", {{"connection", context.rules.connection},
                            {"displayName", std::string(display_name)},
                            {"detail", why}});
  return error(ErrorKind::Uniqueness, "displayName " + std::string(display_name) + ": " + why, "displayName");
}

Result<sync::EntryGoal> goal_of_group(const Context& context, std::string_view id,
                                      const json::object& content, const mapping::MemberDelta& members,
                                      const Entry& current, const std::string& reason, Deadline deadline) {
  auto goal = mapping::group_goal(context.rules, id, content, members, current, reason);
  if (goal && mapping::is_record(context.rules, current.dn))
    if (auto done = place_targets(context, *goal, current, deadline); !done) return done.error();
  if (!goal || goal->dn == current.dn || mapping::is_record(context.rules, current.dn)) return goal;
  const bool asked = text_of(content, "displayName") != mapping::recorded_name(current);
  const auto obstacle = obstacle_to_rename(context, current.dn, goal->dn, asked, deadline);
  if (!obstacle) return obstacle.error();
  if (obstacle->empty()) return goal;
  auto rules = context.rules;
  rules.group_options.on_rename = mapping::GroupOptions::OnRename::Keep;
  return mapping::group_goal(rules, id, content, members, current,
                             reason + ": the directory group keeps its name, since " + *obstacle);
}

Result<mapping::Record> arrive_group(const Context& context, const Arrival& arrival, Before& before,
                                     Deadline deadline) {
  if (!mapping::is_record(context.rules, arrival.goal.dn)) return arrive(context, arrival, before, deadline);
  const auto what = change_of(context.rules, arrival.id, std::nullopt, arrival.goal);
  if (auto free = check_collision(context, what, deadline); !free) return free.error();
  if (auto done = ensure_records(context, deadline); !done) return done.error();
  const NameWatch since(context.locks.names());
  return write_source(context, what, since, deadline,
                      [&] { return arrive(context, arrival, before, deadline); });
}

Result<Changed> change_group(const Context& context, std::string_view id, ResourceEdit wish,
                             const std::vector<std::string>& attributes, Deadline deadline) {
  const auto& type = context.catalog.group;
  return at_home(context, type, [&](const Dn& base) {
    wish.find = by_id_below(context, base, type, id, attributes);
    return mapping::is_record(context.rules, base) ? change_source(context, id, wish, deadline)
                                                   : change(context, wish, deadline);
  });
}

Result<Changed> take_up_group(const Context& context, const Entry& deleted, const json::object& content,
                              const std::vector<std::string>& members, Deadline deadline) {
  ResourceEdit wish;
  RemovedMembers removed(context, deleted.attributes.first(attr::id));
  wish.find = {deleted.dn, Scope::Base, Filter::present(attr::deleted), mapping::with_members(context.rules),
               0};
  wish.edit = [&](const mapping::Record& record, const Entry& entry) -> Result<sync::EntryGoal> {
    auto wanted = resolve(context, members, deadline);
    if (!wanted) return wanted.error();
    auto delta = delta_to(context, *wanted, entry, deadline);
    if (!delta) return delta.error();
    if (auto done = removed.hold_back(entry, *delta, deadline); !done) return done.error();
    respect_held(entry, *delta);
    return goal_of_group(context, record.id, content, *delta, entry,
                         context.mandate.reason_or("POST /Groups"), deadline);
  };
  wish.landed = [&removed](const Dn& dn) { removed.landed(dn); };
  auto changed = mapping::is_record(context.rules, deleted.dn)
                     ? until_as_planned([&] { return try_to_take_up(context, wish, deadline); })
                     : change(context, wish, deadline);
  if (!changed && changed.error().kind == ErrorKind::NotFound) return going_at_this_moment();
  return changed;
}

void tell_kept_name(const Context& context, const Changed& changed) {
  const auto was = text_of(changed.before.content, "displayName");
  const auto name = text_of(changed.after.content, "displayName");
  const auto& dn = changed.after.dn;
  const auto& rules = context.rules;
  if (was == name) return;
  if (rules.group_options.on_rename == mapping::GroupOptions::OnRename::Follow) {
    if (!mapping::is_record(rules, dn) && dn == changed.before.dn && !iequals(dn.rdn().value(), name))
      log::warning("group_not_renamed", {{"group", dn.str()}, {"to", name}});
    return;
  }
  const auto mapped_as = changed.entry.attributes.first(mapping::mapped_as_attribute);
  if (mapping::is_record(rules, dn) && !mapped_as.empty()) {
    log::warning("group_mapping_kept",
                 {{"displayName", name}, {"was", was}, {"mapped_as", mapped_as}, {"home", dn.str()}});
    return;
  }
  const auto mapped = mapping::map_group(rules, name, std::nullopt);
  if (mapped && mapped->targets.on_the_fly)
    log::warning("group_name_kept", {{"displayName", name}, {"was", was}, {"home", dn.str()}});
}

}  // namespace dirbridge::provision
