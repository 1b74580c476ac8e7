#include "provision/projection.hpp"

#include <algorithm>

#include "mapping/naming.hpp"
#include "mapping/user_state.hpp"
#include "provision/group_places.hpp"
#include "provision/homes.hpp"
#include "provision/side_records.hpp"
#include "provision/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Scope;
using Texts = std::vector<std::string>;

constexpr int most_rounds = 5;

std::vector<std::string> group_entry_attributes() {
  return {"objectClass", "dirbridgeConnection", "cn"};
}

// Each once, whatever made them come up: a change takes no value twice.
Texts without_placeholder(const Context& context, std::span<const std::string> users) {
  Texts out;
  directory::DnSet seen;
  for (const auto& user : users)
    if (user != context.rules.group_shape.placeholder.str() && Dn::parse(user) && seen.insert(user))
      out.push_back(user);
  return out;
}

// Whom readers shall not see in groups: users without an entry, and those whom the directory strips of
// groups.
Result<std::vector<bool>> hidden_ones(const Context& context, std::span<const std::string> users,
                                      Deadline deadline) {
  std::vector<bool> out;
  std::vector<Dn> dns;
  for (const auto& user : users) {
    dns.push_back(Dn::parse(user).value());
    out.push_back(mapping::is_record(context.rules, dns.back()));
  }
  if (!context.rules.disable.strip_groups) return out;
  const auto entries = read_users(context, dns, {"dirbridgeActive"}, deadline);
  if (!entries) return entries.error();
  for (std::size_t i = 0; i < out.size(); ++i)
    if (const auto& entry = (*entries)[i])
      out[i] = out[i] || mapping::is_stripped(context.rules, entry->attributes);
  return out;
}

struct Moves {
  std::vector<std::string> add;
  std::vector<std::string> remove;
  bool empty() const { return add.empty() && remove.empty(); }
};

Result<Moves> moves_of(const Context& context, const Dn& group, const std::vector<std::string>& users,
                       Deadline deadline) {
  Moves out;
  if (users.empty()) return out;
  const auto grants = granted(context, group, users, deadline);
  if (!grants) return grants.error();
  const auto kept = by_hand(context, group, users, deadline);
  if (!kept) return kept.error();
  const auto present = listed(context, directory::at(group, {}), users, deadline);
  if (!present) return present.error();
  const auto hidden = hidden_ones(context, users, deadline);
  if (!hidden) return hidden.error();
  for (std::size_t i = 0; i < users.size(); ++i) {
    const bool wanted = (*grants)[i] && !(*hidden)[i];
    if (wanted && !(*present)[i]) out.add.push_back(users[i]);
    if (!wanted && (*present)[i] && !(*kept)[i]) out.remove.push_back(users[i]);
  }
  return out;
}

Result<> apply(const Context& context, const Dn& group, const Moves& moves, Deadline deadline) {
  const auto& shape = context.rules.group_shape;
  sync::Task task;
  task.find = directory::at(group, group_entry_attributes());
  task.unread = {shape.member_attribute};
  task.probes = {{shape.member_attribute, shape.placeholder.str()}};
  task.goal = [&](const std::optional<Entry>& entry) -> Result<sync::EntryGoal> {
    if (!entry) return error(ErrorKind::NotFound, "the directory group " + group.str() + " is gone");
    sync::EntryGoal goal{sync::EntryGoal::Presence::Present, entry->dn, {}, "group mapping", {}};
    auto leaving = moves.remove;
    if (!moves.add.empty()) {
      goal.attributes.push_back(sync::including(shape.member_attribute, moves.add));
      leaving.push_back(shape.placeholder.str());
    }
    if (!leaving.empty())
      goal.attributes.push_back(sync::excluding(shape.member_attribute, std::move(leaving)));
    return goal;
  };
  auto done = context.reconciler.run(task, deadline);
  return done ? Result<>() : Result<>(done.error());
}

// The directory group of a grant that is not there yet. False: nothing grants it.
Result<bool> make(const Context& context, const Dn& group, Deadline deadline) {
  auto is_wanted = is_granted(context, group, deadline);
  if (!is_wanted || !*is_wanted) return is_wanted;
  const auto everybody = all_granted(context, group, deadline);
  if (!everybody) return everybody.error();
  auto members = without_placeholder(context, everybody->spellings());
  const auto hidden = hidden_ones(context, members, deadline);
  if (!hidden) return hidden.error();
  for (std::size_t i = members.size(); i-- > 0;)
    if ((*hidden)[i]) members.erase(members.begin() + static_cast<std::ptrdiff_t>(i));
  if (members.empty()) members.push_back(context.rules.group_shape.placeholder.str());
  sync::Task task;
  task.find = directory::at(group, group_entry_attributes());
  task.expected_absent = true;
  task.goal = [&](const std::optional<Entry>& entry) -> Result<sync::EntryGoal> {
    sync::EntryGoal goal{sync::EntryGoal::Presence::Present, group, {}, "group mapping", {}};
    if (entry) return goal;
    goal.attributes = {sync::exactly("objectClass", {"top", "groupOfNames", "dirbridgeMappedGroup"}),
                       sync::exactly("cn", {group.rdn().value()}),
                       sync::exactly("dirbridgeConnection", {context.rules.connection}),
                       sync::exactly(context.rules.group_shape.member_attribute, members)};
    return goal;
  };
  auto done = context.reconciler.run(task, deadline);
  if (!done && done.error().kind != ErrorKind::Uniqueness) return done.error();
  return true;
}

}  // namespace

namespace {

Result<bool> bring_in_line(const Context& context, const Dn& group, const Texts& users, Deadline deadline) {
  if (mapping::is_protected(context.rules.protected_entries, group)) return false;
  const auto held = context.locks.acquire_group(group.normalized(), deadline);
  if (!held) return held.error();
  bool changed = false;
  // What another instance does at the same time shows in the next round.
  for (int round = 0; round < most_rounds; ++round) {
    auto there = directory::read(context.directory, group, {"1.1"}, deadline);
    if (!there) return there.error();
    if (!*there) {
      if (context.locks.names().runs(group)) return changed;  // it has another name
      const auto moved = moved_to(context, group, deadline);
      if (!moved) return moved.error();
      if (*moved) {
        if (auto done = follow_move(context, group, **moved, deadline); !done) return done.error();
        return bring_in_line(context, **moved, users, deadline);
      }
      auto made = make(context, group, deadline);
      if (!made) return made.error();
      if (!*made) return changed;
      changed = true;
    }
    auto moves = moves_of(context, group, users, deadline);
    if (!moves && moves.error().kind == ErrorKind::NotFound) continue;  // deleted at this moment
    if (!moves) return moves.error();
    if (moves->empty()) return changed;
    auto done = apply(context, group, *moves, deadline);
    if (!done && done.error().kind != ErrorKind::NotFound) return done.error();
    changed = true;
  }
  return error(ErrorKind::Busy, "the members of " + group.str() + " keep changing");
}

}  // namespace

Result<bool> project(const Context& context, const Dn& group, std::span<const std::string> users,
                     const NameWatch& since, Deadline deadline) {
  auto people = without_placeholder(context, users);
  Texts groups{group.str()};
  std::uint64_t people_seen = 0;
  std::uint64_t groups_seen = 0;
  bool changed = false;
  for (bool first = true;; first = false) {
    const auto others = since.follow(people, people_seen, deadline);
    if (!others) return others.error();
    const auto moved = since.follow(groups, groups_seen, deadline);
    if (!moved) return moved.error();
    if (!first && !*others && !*moved) return changed;
    for (const auto& name : groups) {
      const auto done = bring_in_line(context, Dn::parse(name).value(), people, deadline);
      if (!done) return done.error();
      changed = changed || *done;
    }
  }
}

Result<bool> project(const Context& context, const Dn& group, std::span<const std::string> users,
                     Deadline deadline) {
  const NameWatch now(context.locks.names());
  return project(context, group, users, now, deadline);
}

Result<bool> project_all(const Context& context, const Dn& group, Deadline deadline) {
  const NameWatch since(context.locks.names());
  const auto everybody = all_granted(context, group, deadline);
  if (!everybody) return everybody.error();
  return project(context, group, everybody->spellings(), since, deadline);
}

Result<bool> project_user(const Context& context, const Dn& user, Deadline deadline) {
  const NameWatch since(context.locks.names());
  const std::vector<std::string> users{user.str()};
  auto direct = directory::search(
      context.directory,
      {context.rules.bridge_base,
       Scope::Subtree,
       Filter::all_of({Filter::equal(context.rules.group_shape.member_attribute, user.str()), granting()}),
       {"dirbridgeTarget"},
       0},
      deadline);
  if (!direct) return direct.error();
  auto targets = targets_above(context, user, deadline);
  if (!targets) return targets.error();
  for (const auto& record : *direct)
    for (auto& target : targets_in(record))
      if (!contains(*targets, target)) targets->push_back(std::move(target));
  bool changed = false;
  for (const auto& target : *targets) {
    auto done = project(context, target, users, since, deadline);
    if (!done) return done.error();
    changed = changed || *done;
  }
  return changed;
}

bool keeps_existing(const mapping::Rules& rules, const Entry& group) {
  const auto owner = group.attributes.first("dirbridgeConnection");
  const auto& options = rules.group_options;
  if (!owner.empty() && owner != rules.connection) return true;
  if (mapping::is_mapping_target(options, group.dn)) return options.keep_existing_users;
  if (mapping::names_any(options.defaults.groups, group.dn)) return true;
  return options.keep_existing_user_groups.value_or(owner.empty());
}

Result<> note_by_hand(const Context& context, const Dn& group, std::span<const std::string> users,
                      Deadline deadline) {
  const auto concerned = without_placeholder(context, users);
  if (concerned.empty()) return {};
  auto entry = directory::read(context.directory, group, {"dirbridgeConnection"}, deadline);
  if (!entry) return entry.error();
  if (!*entry || !keeps_existing(context.rules, **entry)) return {};
  const auto held = context.locks.acquire_group(group.normalized(), deadline);
  if (!held) return held.error();
  // Records first, then the group: who is in it and in no record was there before any of them.
  const auto recorded = listed(
      context,
      {context.rules.bridge_base, Scope::Subtree, Filter::equal("dirbridgeTarget", group.str()), {}, 0},
      concerned, deadline);
  if (!recorded) return recorded.error();
  const auto grants = granted(context, group, concerned, deadline);
  if (!grants) return grants.error();
  const auto present = listed(context, directory::at(group, {}), concerned, deadline);
  if (!present && present.error().kind == ErrorKind::NotFound) return {};
  if (!present) return present.error();
  std::vector<std::string> by_hand;
  for (std::size_t i = 0; i < concerned.size(); ++i)
    if ((*present)[i] && !(*recorded)[i] && !(*grants)[i]) by_hand.push_back(concerned[i]);
  if (by_hand.empty()) return {};
  return add_members(context, by_hand_record(context, group), by_hand, deadline);
}

}  // namespace dirbridge::provision
