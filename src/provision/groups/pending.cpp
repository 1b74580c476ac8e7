#include "provision/groups/pending.hpp"

#include <algorithm>

#include "directory/matching.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/source_change.hpp"
#include "provision/groups/leaving.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

constexpr int most_names = 20;  // for a group that gets one name after another

std::vector<std::string> read_of_waiting() {
  return {attr::connection, attr::id, attr::target};
}

// Whether the group waits for the name, in whatever spelling: what we do not take for the same the server is
// asked about.
Result<bool> waits_for(const Context& context, const directory::Entry& group, const std::string& name,
                       const directory::Filter& same, Deadline deadline) {
  const auto& pending = group.attributes.values(attr::pending_member);
  if (std::find(pending.begin(), pending.end(), name) != pending.end()) return true;
  const auto key = directory::wide_key(attr::pending_member, name);
  const bool alike = std::any_of(pending.begin(), pending.end(), [&](const auto& value) {
    return directory::wide_key(attr::pending_member, value) == key;
  });
  if (!alike) return false;
  const auto found =
      directory::search(context.directory, {group.dn, directory::Scope::Base, same, {"1.1"}, 0}, deadline);
  if (!found && found.error().kind != ErrorKind::NotFound) return found.error();
  return found && !found->empty();
}

// One filter for each of the names that the group waits for.
Result<std::vector<directory::Filter>> still_waiting(const Context& context, const directory::Entry& group,
                                                     const std::vector<std::string>& names,
                                                     Deadline deadline) {
  std::vector<directory::Filter> out;
  for (const auto& name : names) {
    auto same = directory::Filter::equal(attr::pending_member, name);
    const auto waits = waits_for(context, group, name, same, deadline);
    if (!waits) return waits.error();
    if (*waits) out.push_back(std::move(same));
  }
  return out;
}

}  // namespace

std::vector<directory::SearchRequest> waiting_groups(const Context& context,
                                                     const std::vector<std::string>& names) {
  std::vector<directory::Filter> any;
  for (const auto& name : names) any.push_back(directory::Filter::equal(attr::pending_member, name));
  std::vector<directory::SearchRequest> out;
  for (const auto& base : homes(context, context.catalog.group))
    out.push_back({base, directory::Scope::Subtree, directory::Filter::any_of(any), read_of_waiting(), 0});
  return out;
}

namespace {

Result<> admit_to(const Context& context, const directory::Entry& group, const directory::Dn& member,
                  const std::vector<std::string>& names, Deadline deadline) {
  const auto& shape = context.rules.group_shape;
  sync::Task task;
  task.find = directory::at(group.dn, attributes_without_alias());
  task.unread = {shape.member_attribute};
  task.probes = {{shape.member_attribute, shape.placeholder.str()}};
  task.goal = [&](const std::optional<directory::Entry>& entry) -> Result<sync::EntryGoal> {
    sync::EntryGoal goal{
        sync::EntryGoal::Presence::Present, group.dn, {}, "a pending member has arrived", {}};
    if (!entry) return error(ErrorKind::NotFound, "the group is gone");
    goal.dn = entry->dn;
    const auto waiting = still_waiting(context, *entry, names, deadline);
    if (!waiting) return waiting.error();
    if (waiting->empty()) return goal;  // removed again meanwhile
    goal.only_if = directory::Filter::any_of(*waiting);
    goal.attributes = {sync::including(shape.member_attribute, {member.str()}),
                       sync::excluding(shape.member_attribute, {shape.placeholder.str()}),
                       sync::excluding(attr::pending_member, names)};
    return goal;
  };
  auto done = context.reconciler.run(task, deadline);
  return done ? Result<>() : Result<>(done.error());
}

Result<> project_again(const Context& context, const directory::Entry& group, const directory::Dn& member,
                       Deadline deadline) {
  const std::vector<std::string> users{member.str()};
  for (const auto& target : targets_in(group))
    if (auto done = project(context, target, users, deadline); !done) return done.error();
  return {};
}

// The directory groups that a source group is mapped to take the member in as well.
Result<> admit_to_source(const Context& context, const directory::Entry& group, const directory::Dn& member,
                         const std::vector<std::string>& names, Deadline deadline) {
  const NameWatch since(context.locks.names());
  SourceChange change;
  change.source = group.dn;
  change.id = group.attributes.first(attr::id);
  change.before = change.after = targets_in(group);
  change.come = {member.str()};
  auto follow_up = prepare(context, change, since, deadline);
  if (!follow_up) return follow_up.error();
  if (auto done = admit_to(context, group, member, names, deadline); !done) return done;
  auto now = directory::read(context.directory, group.dn, {attr::target}, deadline);
  if (!now) return now.error();
  // Another name meanwhile may have given it other directory groups.
  if (*now && !(targets_in(**now) == change.after)) return project_again(context, **now, member, deadline);
  return follow(context, *follow_up, deadline);
}

// A group that gets another name meanwhile is looked for by its id.
Result<> admit_wherever_it_is(const Context& context, directory::Entry group, const directory::Dn& member,
                              const std::vector<std::string>& names, Deadline deadline) {
  const std::string id(group.attributes.first(attr::id));
  for (int look = 0;; ++look) {
    auto done = mapping::is_record(context.rules, group.dn)
                    ? admit_to_source(context, group, member, names, deadline)
                    : admit_to(context, group, member, names, deadline);
    if (done || done.error().kind != ErrorKind::NotFound || look == most_names) return done;
    auto now = find_entry(context, context.catalog.group, id, read_of_waiting(), deadline);
    if (!now && now.error().kind == ErrorKind::NotFound) return {};  // deleted
    if (!now) return now.error();
    group = std::move(*now);
  }
}

}  // namespace

Result<> admit(const Context& context, const std::vector<directory::Entry>& groups,
               const directory::Dn& member, const std::vector<std::string>& names, Deadline deadline) {
  for (const auto& group : groups) {
    if (group.attributes.first(attr::connection) != context.rules.connection) continue;
    if (auto done = admit_wherever_it_is(context, group, member, names, deadline); !done) return done;
  }
  return {};
}

Result<> admit_waiting(const Context& context, const directory::Dn& member,
                       const std::vector<std::string>& names, Deadline deadline) {
  if (names.empty()) return {};
  for (const auto& search : waiting_groups(context, names)) {
    auto groups = directory::search(context.directory, search, deadline);
    if (!groups) return groups.error();
    if (auto done = admit(context, *groups, member, names, deadline); !done) return done;
  }
  return {};
}

}  // namespace dirbridge::provision
