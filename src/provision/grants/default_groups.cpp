#include "provision/grants/default_groups.hpp"

#include <algorithm>

#include "base/uuid.hpp"
#include "directory/time.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/naming.hpp"
#include "provision/grants/lost_targets.hpp"
#include "provision/grants/places.hpp"
#include "provision/grants/projection.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/records.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Scope;
using For = mapping::DefaultGroups::For;

// Whether users who arrive get any.
bool welcomes(const Context& context) {
  const auto whom = context.rules.group_options.defaults.whom;
  return whom == For::New || whom == For::All;
}

// The record says that those who were there before the rule have been taken in.
constexpr const char* mark_attribute = attr::mark;
constexpr const char* existing_mark = "existing";

Filter default_records(const Context& context) {
  return Filter::all_of(
      {Filter::equal(attr::kind, default_kind), Filter::equal(attr::connection, context.rules.connection)});
}

// The record of today's default groups, and those of former ones that were not taken back yet.
Result<std::vector<Entry>> stored_records(const Context& context, std::vector<std::string> attributes,
                                          Deadline deadline) {
  return directory::search(
      context.directory,
      {context.rules.bridge_base, Scope::Subtree, default_records(context), std::move(attributes), 0},
      deadline);
}

const std::vector<std::string>& members_in(const Context& context, const Entry& record) {
  return record.attributes.values(context.rules.group_shape.member_attribute);
}

bool is_marked(const Entry& record) {
  return record.attributes.first(mark_attribute) == existing_mark;
}

// With the groups where they are.
Result<SideRecord> todays_record(const Context& context, Deadline deadline) {
  auto record = default_record(context);
  auto places = places_of(context, record.targets, {}, deadline);
  if (!places) return places.error();
  record.targets = std::move(*places);
  return record;
}

Result<> grant(const Context& context, const SideRecord& record, const std::vector<std::string>& users,
               Deadline deadline) {
  if (auto there = ensure_records(context, deadline); !there) return there;
  for (const auto& group : record.targets)
    if (auto done = note_by_hand(context, group, users, deadline); !done) return done;
  return add_members(context, record, users, deadline);
}

// What the record gave and the rule does not give.
std::vector<Dn> lost_with(const Context& context, const Entry& record) {
  const auto& rule = context.rules.group_options.defaults;
  auto lost = targets_in(record);
  if (rule.whom != For::None)
    std::erase_if(lost, [&](const Dn& group) { return mapping::names_any(rule.groups, group); });
  return lost;
}

// The record's members lose it, unless somebody else grants it: noted before it happens.
Result<> end(const Context& context, const Entry& record, Deadline deadline) {
  const auto lost = lost_with(context, record);
  const auto& members = members_in(context, record);
  if (members.empty() || lost.empty()) return {};
  auto note = note_ended(context, record.attributes.first(attr::id), lost, members, deadline);
  return note ? Result<>() : Result<>(note.error());
}

// A sweep may have settled the note while the record still granted: the directory groups follow here.
Result<> retract(const Context& context, const Entry& record, Deadline deadline) {
  const auto& members = members_in(context, record);
  std::vector<std::unique_ptr<LostTarget>> all;
  const auto groups = lost_with(context, record);
  for (const auto& group : groups) {
    all.push_back(std::make_unique<LostTarget>(context, group, record.attributes.first(attr::id)));
    if (auto done = all.back()->hold_back(members, deadline); !done) return done;
  }
  if (auto gone = delete_entry(context, record.dn, "these are no default groups any more", deadline); !gone)
    return gone;
  for (const auto& lost : all)
    if (auto kept = lost->landed(deadline); !kept) return kept;
  for (const auto& group : groups)
    if (auto done = project(context, group, members, deadline); !done) return done.error();
  return {};
}

Result<std::vector<std::string>> users_of_connection(const Context& context, Deadline deadline) {
  std::vector<std::string> out;
  for (const auto& base : homes(context, context.catalog.user)) {
    const auto filter = Filter::all_of({Filter::equal("objectClass", object_class::user),
                                        Filter::equal(attr::connection, context.rules.connection),
                                        Filter::negation(Filter::present(attr::deleted))});
    auto done = context.directory.search({base, Scope::Subtree, filter, {"1.1"}, directory::usual_page_size},
                                         deadline, [&](Entry&& entry) {
                                           out.push_back(entry.dn.str());
                                           return true;
                                         });
    if (!done) return done.error();
  }
  return out;
}

// Those whom the rule names and no record does.
Result<std::vector<std::string>> missing(const Context& context, const std::vector<Entry>& records,
                                         Deadline deadline) {
  const auto whom = context.rules.group_options.defaults.whom;
  const bool applied = std::any_of(records.begin(), records.end(), is_marked);
  if (whom == For::New || (whom == For::Existing && applied)) return std::vector<std::string>();
  auto users = users_of_connection(context, deadline);
  if (!users) return users.error();
  directory::DnSet there;
  for (const auto& record : records)
    for (const auto& member : members_in(context, record)) there.insert(member);
  std::erase_if(*users, [&](const auto& user) { return there.contains(user); });
  return users;
}

// Those of former records whom today's does not have.
std::vector<std::string> carried(const Context& context, const std::vector<Entry>& former,
                                 const Entry* current) {
  directory::DnSet there;
  if (current)
    for (const auto& member : members_in(context, *current)) there.insert(member);
  std::vector<std::string> out;
  for (const auto& record : former)
    for (const auto& member : members_in(context, record))
      if (there.insert(member)) out.push_back(member);
  return out;
}

Result<> mark_existing(const Context& context, Deadline deadline) {
  const auto record = default_record(context);
  sync::Task task;
  task.find = directory::at(record.dn, {attr::connection, mark_attribute});
  task.goal = [&](const std::optional<Entry>& entry) -> Result<sync::EntryGoal> {
    if (!entry) return error(ErrorKind::NotFound, "the record of default groups is gone");
    return sync::EntryGoal{sync::EntryGoal::Presence::Present,
                           entry->dn,
                           {sync::exactly(mark_attribute, {existing_mark})},
                           "default groups are given to all who were there",
                           {}};
  };
  auto done = context.reconciler.run(task, deadline);
  return done ? Result<>() : Result<>(done.error());
}

// Today's record has all whom the rule names, and those of former records.
Result<bool> renew(const Context& context, const std::vector<Entry>& records,
                   const std::vector<Entry>& former, const Entry* current, Deadline deadline) {
  auto users = missing(context, records, deadline);
  if (!users) return users.error();
  for (auto& user : carried(context, former, current)) users->push_back(std::move(user));
  bool changed = false;
  if (!users->empty() || !current) {
    const auto record = todays_record(context, deadline);
    if (!record) return record.error();
    if (auto done = grant(context, *record, *users, deadline); !done) return done.error();
    changed = true;
  }
  const bool applied = context.rules.group_options.defaults.whom != For::New ||
                       std::any_of(records.begin(), records.end(), is_marked);
  if (applied && !(current && is_marked(*current))) {
    if (auto done = mark_existing(context, deadline); !done) return done.error();
    changed = true;
  }
  return changed;
}

}  // namespace

Result<> welcome(const Context& context, const Dn& user, Deadline deadline) {
  if (!welcomes(context)) return {};
  const std::vector<std::string> users{user.str()};
  const auto record = todays_record(context, deadline);
  if (!record) return record.error();
  if (auto done = grant(context, *record, users, deadline); !done) return done;
  for (const auto& group : record->targets)
    if (auto done = project(context, group, users, deadline); !done) return done.error();
  return {};
}

namespace {

// An entry that was adopted is older than its user, whose id says when she came, by the clock of the bridge.
std::string arrived_at(const Entry& entry) {
  constexpr std::chrono::minutes clocks_differ{1};
  const std::string made(entry.attributes.first("createTimestamp"));
  const auto named = uuid_time(entry.attributes.first(attr::id));
  return named ? std::max(made, directory::to_generalized_time(*named + clocks_differ)) : made;
}

}  // namespace

Result<> complete_welcome(const Context& context, const Entry& entry, Deadline deadline) {
  if (!welcomes(context)) return {};
  const std::vector<std::string> users{entry.dn.str()};
  const auto given = listed(
      context, {context.rules.bridge_base, Scope::Subtree, default_records(context), {}, 0}, users, deadline);
  if (!given) return given.error();
  if (given->front()) return {};
  auto records = stored_records(context, {"createTimestamp"}, deadline);
  if (!records) return records.error();
  const auto arrived = arrived_at(entry);
  const bool older =
      !records->empty() && std::all_of(records->begin(), records->end(), [&](const Entry& record) {
        return arrived < record.attributes.first("createTimestamp");
      });
  return older ? Result<>() : welcome(context, entry.dn, deadline);
}

Result<bool> converge_default_groups(const Context& context, Deadline deadline) {
  const auto& member = context.rules.group_shape.member_attribute;
  const auto records = stored_records(context, {attr::id, attr::target, mark_attribute, member}, deadline);
  if (!records) return records.error();
  const bool goes_on = context.rules.group_options.defaults.whom != For::None;
  const auto today = default_record(context).dn;
  const Entry* current = nullptr;
  std::vector<Entry> former;
  for (const auto& record : *records) {
    if (goes_on && record.dn == today)
      current = &record;
    else
      former.push_back(record);
  }
  for (const auto& record : former)
    if (auto noted = end(context, record, deadline); !noted) return noted.error();
  auto renewed = goes_on ? renew(context, *records, former, current, deadline) : Result<bool>(false);
  if (!renewed) return renewed;
  for (const auto& record : former)
    if (auto gone = retract(context, record, deadline); !gone) return gone.error();
  return *renewed || !former.empty();
}

}  // namespace dirbridge::provision
