#include "provision/store/homes.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/uuid.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/record.hpp"
#include "mapping/user_entry.hpp"
#include "provision/refusal.hpp"
#include "provision/store/names_in_use.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using Presence = sync::EntryGoal::Presence;

bool same_id(const Entry& a, const Entry& b) {
  return ascii_lower(a.attributes.first(attr::id)) == ascii_lower(b.attributes.first(attr::id));
}

// The old home goes, and groups list the new one in its place.
Result<> give_way(const Context& context, const Entry& from, const Dn& to, Deadline deadline) {
  sync::Task task;
  task.find = at(from.dn, mapping::user_attributes());
  task.goal = [&](const std::optional<Entry>& entry) -> Result<sync::EntryGoal> {
    sync::EntryGoal goal{Presence::Absent, from.dn, {}, "the resource moves to " + to.str(), {}};
    if (entry && !same_id(*entry, from)) return error(ErrorKind::NotFound, "another resource is there now");
    goal.successor = to;
    return goal;
  };
  auto gone = context.reconciler.run(task, deadline);
  context.member_ids.forget(from.dn);
  context.member_ids.forget(to);
  if (!gone && gone.error().kind != ErrorKind::NotFound) return gone.error();
  return {};
}

// Whoever finds the entry is to know of the record that takes its place, or does not in the end.
Result<> note_move(const Context& context, const Move& move, bool goes, Deadline deadline) {
  sync::Task task;
  task.find = at(move.from.dn, {attr::id, attr::connection, attr::alias});
  task.goal = [&](const std::optional<Entry>& entry) -> Result<sync::EntryGoal> {
    if (!entry) return error(ErrorKind::NotFound, "the entry is gone");
    sync::EntryGoal goal{Presence::Present, entry->dn, {}, "the resource moves to " + move.to.str(), {}};
    goal.attributes = {goes ? sync::including(attr::alias, {move.to.str()})
                            : sync::excluding(attr::alias, {move.to.str()})};
    goal.keeps_alias = true;
    return goal;
  };
  auto done = context.reconciler.run(task, deadline);
  return done ? Result<>() : Result<>(done.error());
}

Result<std::optional<Entry>> add_home(const Context& context, const Move& move, Deadline deadline) {
  sync::Task task;
  task.find = at(move.to, move.attributes);
  task.read_back = move.attributes;
  task.goal = [&](const std::optional<Entry>& there) -> Result<sync::EntryGoal> {
    if (!there) return move.goal;
    const bool adopted = move.adopts && is_to_be_had(*there);
    if (!adopted && !same_id(*there, move.from))
      return error(ErrorKind::Uniqueness, "an entry " + there->dn.str() + " exists already");
    return move.goal;
  };
  auto report = context.reconciler.run(task, deadline);
  if (!report) return report.error();
  return std::move(report->after);
}

}  // namespace

std::vector<Dn> homes(const Context& context, const scim::ResourceType& type) {
  const auto& rules = context.rules;
  if (&type != &context.catalog.user) {
    if (mapping::maps_groups(rules)) return {rules.bridge_base, rules.group_base};
    return {rules.group_base, rules.bridge_base};
  }
  std::vector<Dn> out{rules.user_base};
  if (rules.disable.move_to) out.push_back(*rules.disable.move_to);
  out.push_back(rules.bridge_base);
  return out;
}

std::vector<directory::SearchRequest> anywhere(const Context& context, const scim::ResourceType& type,
                                               std::string_view id,
                                               const std::vector<std::string>& attributes) {
  using directory::Filter;
  const auto filter = Filter::all_of(
      {Filter::equal(attr::id, id), Filter::equal(attr::connection, context.rules.connection)});
  std::vector<directory::SearchRequest> out;
  for (auto& base : homes(context, type))
    out.push_back({std::move(base), directory::Scope::Subtree, filter, attributes, 0});
  return out;
}

Result<std::vector<std::optional<Entry>>> read_users(const Context& context, const std::vector<Dn>& dns,
                                                     const std::vector<std::string>& attributes,
                                                     Deadline deadline) {
  std::vector<directory::SearchRequest> searches;
  for (const auto& dn : dns) searches.push_back(directory::at(dn, attributes));
  auto found = context.directory.search_all(searches, deadline);
  std::vector<std::optional<Entry>> out(found.size());
  bool all_seen = true;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i] && found[i].error().kind != ErrorKind::NotFound) return found[i].error();
    if (found[i] && !found[i]->empty())
      out[i] = std::move(found[i]->front());
    else
      all_seen = false;
  }
  if (all_seen) return out;
  const auto there =
      directory::check_bases(context.directory, homes(context, context.catalog.user), deadline);
  if (!there) return there.error();
  return out;
}

Result<> ensure_records(const Context& context, Deadline deadline) {
  const auto dn = mapping::records_dn(context.rules);
  sync::Task task;
  task.find = at(dn, {attr::connection});
  task.goal = [&](const std::optional<Entry>& entry) {
    sync::EntryGoal goal{Presence::Present, entry ? entry->dn : dn, {}, "the place of records", {}};
    if (entry) return goal;
    goal.attributes = {
        sync::exactly("objectClass", {"top", object_class::record}),
        sync::exactly(attr::id, {named_uuid("dirbridge records of " + context.rules.connection)}),
        sync::exactly(attr::connection, {context.rules.connection}),
        sync::exactly("description", {"Records of resources without an entry"})};
    return goal;
  };
  auto report = context.reconciler.run(task, deadline);
  // Another instance may have been faster.
  if (!report && report.error().kind != ErrorKind::Uniqueness) return report.error();
  return {};
}

namespace {

// The move is refused. Two homes of one resource are found by nobody: a new one (null: there is none) goes.
void stay(const Context& context, const Move& move, const Entry* made, Deadline deadline) {
  Result<> back;
  if (made && !move.adopts) back = give_way(context, *made, move.from.dn, deadline);
  if (back && !mapping::is_record(context.rules, move.from.dn))
    back = note_move(context, move, false, deadline);
  if (!back) log::error("move_not_taken_back", {{"dn", move.to.str()}, {"detail", back.error().detail}});
}

}  // namespace

Result<Entry> move_home(const Context& context, Move move, Deadline deadline) {
  if (mapping::is_record(context.rules, move.goal.dn))
    if (auto there = ensure_records(context, deadline); !there) return there.error();
  move.goal.attributes.push_back(sync::exactly(attr::alias, {move.from.dn.str()}));
  if (!mapping::is_record(context.rules, move.from.dn))
    if (auto noted = note_move(context, move, true, deadline); !noted) return noted.error();
  auto made = add_home(context, move, deadline);
  if (made && !*made) return error(ErrorKind::Internal, "the directory did not return the entry it added");
  auto gone = made ? give_way(context, move.from, (*made)->dn, deadline) : Result<>(made.error());
  if (!gone) {
    if (concerns_content(gone.error().kind)) stay(context, move, made ? &**made : nullptr, deadline);
    return gone.error();
  }
  const auto find = at((*made)->dn, mapping::user_attributes());
  if (auto done = context.reconciler.settle(find, deadline); !done) return done.error();
  auto settled = directory::read(context.directory, (*made)->dn, move.attributes, deadline);
  if (!settled) return settled.error();
  if (!*settled) return error(ErrorKind::Unavailable, "the entry is gone again");
  return std::move(**settled);
}

Result<> finish_move(const Context& context, const Entry& with_alias, Deadline deadline) {
  const auto* aliases = with_alias.attributes.find(attr::alias);
  for (const auto& alias : aliases ? *aliases : std::vector<std::string>()) {
    const auto dn = Dn::parse(alias);
    if (!dn) continue;
    // From a record to a record it is a rename, and the other one may be itself, spelled otherwise.
    const bool alias_gives_way = mapping::is_record(context.rules, *dn);
    if (alias_gives_way == mapping::is_record(context.rules, with_alias.dn)) continue;
    auto other = directory::read(context.directory, *dn, {attr::id}, deadline);
    if (!other) return other.error();
    if (!*other || !same_id(**other, with_alias)) continue;
    const auto& stays = alias_gives_way ? with_alias : **other;
    const auto& goes = alias_gives_way ? **other : with_alias;
    log::info("move_resumed", {{"from", goes.dn.str()}, {"to", stays.dn.str()}});
    if (auto done = give_way(context, goes, stays.dn, deadline); !done) return done;
  }
  return {};
}

}  // namespace dirbridge::provision
