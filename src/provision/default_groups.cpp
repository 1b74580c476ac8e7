#include "provision/default_groups.hpp"

#include <algorithm>

#include "mapping/user_state.hpp"
#include "provision/homes.hpp"
#include "provision/projection.hpp"
#include "provision/side_records.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Scope;
using For = mapping::DefaultGroups::For;

constexpr std::size_t page_size = 1000;

bool takes_new(For whom) {
  return whom == For::New || whom == For::All;
}

// The record says that those who were there before the rule have been taken in.
constexpr const char* mark_attribute = "dirbridgeDigest";
constexpr const char* existing_mark = "existing";

Result<std::optional<Entry>> stored_record(const Context& context, Deadline deadline) {
  const auto& member = context.rules.group_shape.member_attribute;
  return directory::read(context.directory, default_record(context).dn,
                         {"dirbridgeId", "dirbridgeTarget", mark_attribute, "createTimestamp", member},
                         deadline);
}

Result<> grant(const Context& context, const std::vector<std::string>& users, Deadline deadline) {
  const auto record = default_record(context);
  if (auto there = ensure_records(context, deadline); !there) return there;
  for (const auto& group : record.targets)
    if (auto done = note_by_hand(context, group, users, deadline); !done) return done;
  return add_members(context, record, users, deadline);
}

// The record's members lose these groups, unless somebody else grants them: noted before it happens.
Result<> end(const Context& context, const Entry& record, const std::vector<Dn>& groups, Deadline deadline) {
  const auto* members = record.attributes.find(context.rules.group_shape.member_attribute);
  if (!members || groups.empty()) return {};
  auto note = note_ended(context, record.attributes.first("dirbridgeId"), groups, *members, deadline);
  return note ? Result<>() : Result<>(note.error());
}

Result<bool> retract(const Context& context, Deadline deadline) {
  auto record = stored_record(context, deadline);
  if (!record) return record.error();
  if (!*record) return false;
  if (auto noted = end(context, **record, targets_in(**record), deadline); !noted) return noted.error();
  if (auto gone = remove_record(context, (*record)->dn, "there are no default groups any more", deadline);
      !gone)
    return gone.error();
  return true;
}

Result<std::vector<std::string>> users_of_connection(const Context& context, Deadline deadline) {
  std::vector<std::string> out;
  for (const auto& base : homes(context, context.catalog.user)) {
    const auto filter = Filter::all_of({Filter::equal("objectClass", "dirbridgeUser"),
                                        Filter::equal("dirbridgeConnection", context.rules.connection),
                                        Filter::negation(Filter::present("dirbridgeDeleted"))});
    auto done = context.directory.search({base, Scope::Subtree, filter, {"1.1"}, page_size}, deadline,
                                         [&](Entry&& entry) {
                                           out.push_back(entry.dn.str());
                                           return true;
                                         });
    if (!done && done.error().kind != ErrorKind::NotFound) return done.error();
  }
  return out;
}

// Those whom the rule names and the record does not.
Result<std::vector<std::string>> missing(const Context& context, const std::optional<Entry>& record,
                                         Deadline deadline) {
  const auto whom = context.rules.group_options.defaults.whom;
  const bool applied = record && record->attributes.first(mark_attribute) == existing_mark;
  if (whom == For::New || (whom == For::Existing && applied)) return std::vector<std::string>();
  auto users = users_of_connection(context, deadline);
  if (!users) return users.error();
  directory::DnSet there;
  if (record) there = directory::DnSet(record->attributes.values(context.rules.group_shape.member_attribute));
  std::erase_if(*users, [&](const auto& user) { return there.contains(user); });
  return users;
}

Result<> mark_existing(const Context& context, Deadline deadline) {
  const auto record = default_record(context);
  sync::Task task;
  task.find = directory::at(record.dn, {"dirbridgeConnection", mark_attribute});
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

}  // namespace

Result<> welcome(const Context& context, const Dn& user, Deadline deadline) {
  const auto& rule = context.rules.group_options.defaults;
  if (!takes_new(rule.whom)) return {};
  const std::vector<std::string> users{user.str()};
  if (auto done = grant(context, users, deadline); !done) return done;
  for (const auto& group : rule.groups)
    if (auto done = project(context, group, users, deadline); !done) return done.error();
  return {};
}

Result<> complete_welcome(const Context& context, const Entry& entry, Deadline deadline) {
  if (!takes_new(context.rules.group_options.defaults.whom)) return {};
  auto record = directory::read(context.directory, default_record(context).dn, {"createTimestamp"}, deadline);
  if (!record) return record.error();
  const bool older =
      *record && entry.attributes.first("createTimestamp") < (*record)->attributes.first("createTimestamp");
  return older ? Result<>() : welcome(context, entry.dn, deadline);
}

Result<bool> converge_default_groups(const Context& context, Deadline deadline) {
  const auto& rule = context.rules.group_options.defaults;
  if (rule.whom == For::None) return retract(context, deadline);
  auto record = stored_record(context, deadline);
  if (!record) return record.error();
  auto users = missing(context, *record, deadline);
  if (!users) return users.error();
  std::vector<Dn> before;
  if (*record) before = targets_in(**record);
  std::vector<Dn> lost;
  for (const auto& group : before)
    if (std::find(rule.groups.begin(), rule.groups.end(), group) == rule.groups.end()) lost.push_back(group);
  const bool same_groups = *record && lost.empty() && before.size() == rule.groups.size();
  const bool whole = rule.whom != For::New;
  const bool marked = *record && (*record)->attributes.first(mark_attribute) == existing_mark;
  bool changed = false;
  if (*record)
    if (auto noted = end(context, **record, lost, deadline); !noted) return noted.error();
  if (!users->empty() || !same_groups) {
    if (auto done = grant(context, *users, deadline); !done) return done.error();
    changed = true;
  }
  if (whole && !marked) {
    if (auto done = mark_existing(context, deadline); !done) return done.error();
    changed = true;
  }
  return changed;
}

}  // namespace dirbridge::provision
