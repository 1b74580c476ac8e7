#include "provision/grants/projection.hpp"

#include <algorithm>

#include "directory/vocabulary.hpp"
#include "mapping/naming.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/places.hpp"
#include "provision/grants/target_names.hpp"
#include "provision/members/unfinished_names.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/records.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Scope;
using directory::SearchRequest;
using Texts = std::vector<std::string>;

constexpr int most_rounds = 5;

std::vector<std::string> group_entry_attributes() {
  return {"objectClass", attr::connection, "cn"};
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
  const auto entries = read_users(context, dns, {attr::active}, deadline);
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

// What is to be done for each of the users, by what is true of it. Who is getting another name leaves under
// all of them when none is granted; it is the rename that brings the new one.
Moves moves_between(const UserNames& users, const std::vector<bool>& granted, const std::vector<bool>& kept,
                    const std::vector<bool>& present, const std::vector<bool>& hidden) {
  std::vector<bool> stays(users.names.size()), is_kept(users.names.size()), is_hidden(users.names.size());
  for (std::size_t i = 0; i < users.names.size(); ++i) {
    const auto user = users.user[i];
    stays[user] = stays[user] || granted[i];
    is_kept[user] = is_kept[user] || kept[i];
    is_hidden[user] = is_hidden[user] || hidden[i];
  }
  Moves out;
  for (std::size_t i = 0; i < users.names.size(); ++i) {
    const auto user = users.user[i];
    const bool wanted = stays[user] && !is_hidden[user];
    if (i < users.asked && granted[i] && wanted && !present[i]) out.add.push_back(users.names[i]);
    if (!wanted && present[i] && !is_kept[user]) out.remove.push_back(users.names[i]);
  }
  return out;
}

Result<Moves> moves_of(const Context& context, const Dn& group, const UserNames& users, Deadline deadline) {
  if (users.names.empty()) return Moves();
  const auto grants = granted(context, group, users.names, deadline);
  if (!grants) return grants.error();
  const auto kept = by_hand(context, group, users.names, deadline);
  if (!kept) return kept.error();
  const auto present = listed(context, directory::at(group, {}), users.names, deadline);
  if (!present) return present.error();
  const auto hidden = hidden_ones(context, users.names, deadline);
  if (!hidden) return hidden.error();
  return moves_between(users, *grants, *kept, *present, *hidden);
}

// `group` and `moves` outlive it.
sync::Task moving(const Context& context, const Dn& group, const Moves& moves) {
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
  return task;
}

Result<> apply(const Context& context, const Dn& group, const Moves& moves, Deadline deadline) {
  auto done = context.reconciler.run(moving(context, group, moves), deadline);
  return done ? Result<>() : Result<>(done.error());
}

// The directory group of a grant that is not there yet, and who is in it. False: nothing grants it.
Result<bool> make(const Context& context, const Dn& group, Texts& members, Deadline deadline) {
  auto is_wanted = is_granted(context, group, deadline);
  if (!is_wanted || !*is_wanted) return is_wanted;
  const auto everybody = all_granted(context, group, deadline);
  if (!everybody) return everybody.error();
  members = without_placeholder(context, everybody->spellings());
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
    goal.attributes = {sync::exactly("objectClass", {"top", "groupOfNames", object_class::mapped_group}),
                       sync::exactly("cn", {group.rdn().value()}),
                       sync::exactly(attr::connection, {context.rules.connection}),
                       sync::exactly(context.rules.group_shape.member_attribute, members)};
    return goal;
  };
  auto done = context.reconciler.run(task, deadline);
  if (!done && done.error().kind != ErrorKind::Uniqueness) return done.error();
  return true;
}

}  // namespace

namespace {

struct Look {
  bool is_there = false;  // the directory group
  UserNames users;
};

// The group, and who of the users is getting another name.
Result<Look> look_at(const Context& context, const Dn& group, const Texts& users, Deadline deadline) {
  auto searches = searches_for_unfinished(context, users);
  searches.push_back(directory::at(group, {"1.1"}));
  auto found = context.directory.search_all(searches, deadline);
  Look out;
  std::vector<Entry> noted;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool is_group = i + 1 == found.size();
    if (!found[i] && !(is_group && found[i].error().kind == ErrorKind::NotFound)) return found[i].error();
    if (is_group)
      out.is_there = found[i] && !found[i]->empty();
    else
      std::move(found[i]->begin(), found[i]->end(), std::back_inserter(noted));
  }
  out.users = all_names(users, noted);
  return out;
}

// `made_with`: those come in addition who are in a group that had to be made.
Result<bool> bring_in_line(const Context& context, const Dn& group, const Texts& users, Texts& made_with,
                           Deadline deadline) {
  if (mapping::is_protected(context.rules.protected_entries, group)) return false;
  const auto lease = context.locks.acquire_group(group.normalized(), deadline);
  if (!lease) return lease.error();
  bool changed = false;
  // What another instance does at the same time shows in the next round.
  for (int round = 0; round < most_rounds; ++round) {
    auto seen = look_at(context, group, users, deadline);
    if (!seen) return seen.error();
    if (!seen->is_there) {
      if (context.locks.names().runs(group)) return changed;  // it has another name
      const auto moved = moved_to(context, group, deadline);
      if (!moved) return moved.error();
      if (*moved) {
        if (auto done = follow_move(context, group, **moved, deadline); !done) return done.error();
        return bring_in_line(context, **moved, users, made_with, deadline);
      }
      const auto back = take_back_interrupted(context, group, deadline);
      if (!back) return back.error();
      if (*back) continue;
      Texts members;
      auto made = make(context, group, members, deadline);
      if (!made) return made.error();
      if (!*made) return changed;
      made_with.insert(made_with.end(), members.begin(), members.end());
      changed = true;
    }
    auto moves = moves_of(context, group, seen->users, deadline);
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

namespace {

// Of several groups one is in the way of nobody else's for long.
constexpr std::size_t most_groups_at_once = 32;
// Beyond so many users groups are asked whole, one by one.
constexpr std::size_t most_users_at_once = 16;

// One group of several, and what its records and its entry say of each of the users.
struct Sight {
  const Dn* group;
  std::vector<bool> granted{}, kept{}, present{};
  bool is_there = false;
  Moves moves{};
};

SearchRequest with_user(const Context& context, SearchRequest where, const std::string& user) {
  where.filter = Filter::all_of(
      {std::move(where.filter), Filter::equal(context.rules.group_shape.member_attribute, user)});
  where.attributes = {"1.1"};
  return where;
}

// Records first, then the groups. False: one of the users is getting another name, and more is to be known.
Result<bool> look_at_records(const Context& context, std::span<Sight> groups, const Texts& users,
                             Deadline deadline) {
  auto searches = searches_for_unfinished(context, users);
  const auto first = searches.size();
  for (const auto& sight : groups)
    for (const auto& user : users) {
      const SearchRequest records{context.rules.bridge_base, Scope::Subtree, Filter::everything(), {}, 0};
      auto grants = records;
      grants.filter = granting(*sight.group);
      searches.push_back(with_user(context, std::move(grants), user));
      auto by_hand = records;
      by_hand.filter = by_hand_of(*sight.group);
      searches.push_back(with_user(context, std::move(by_hand), user));
    }
  const auto found = context.directory.search_all(searches, deadline);
  for (std::size_t i = 0; i < first; ++i) {
    if (!found[i]) return found[i].error();
    if (!found[i]->empty()) return false;
  }
  for (std::size_t i = first; i < found.size(); i += 2) {
    if (!found[i]) return found[i].error();
    if (!found[i + 1]) return found[i + 1].error();
    auto& sight = groups[(i - first) / 2 / users.size()];
    sight.granted.push_back(!found[i]->empty());
    sight.kept.push_back(!found[i + 1]->empty());
  }
  for (std::size_t u = 0; u < users.size(); ++u) {
    const auto above = granted_from_above(context, Dn::parse(users[u]).value(), deadline);
    if (!above) return above.error();
    for (auto& sight : groups)
      if (contains(*above, *sight.group)) sight.granted[u] = true;
  }
  return true;
}

Result<> look_at_entries(const Context& context, std::span<Sight> groups, const Texts& users,
                         Deadline deadline) {
  std::vector<SearchRequest> searches;
  for (const auto& sight : groups) {
    searches.push_back(directory::at(*sight.group, {"1.1"}));
    for (const auto& user : users)
      searches.push_back(with_user(context, directory::at(*sight.group, {}), user));
  }
  const auto found = context.directory.search_all(searches, deadline);
  auto at = found.begin();
  for (auto& sight : groups) {
    for (std::size_t i = 0; i <= users.size(); ++i, ++at) {
      const bool there = *at && !(*at)->empty();
      if (!*at && at->error().kind != ErrorKind::NotFound) return at->error();
      if (i == 0)
        sight.is_there = there;
      else
        sight.present.push_back(there);
    }
  }
  return {};
}

Result<bool> look_at_all(const Context& context, std::span<Sight> groups, const Texts& users,
                         Deadline deadline) {
  auto done = look_at_records(context, groups, users, deadline);
  if (!done || !*done) return done;
  if (auto seen = look_at_entries(context, groups, users, deadline); !seen) return seen.error();
  const auto hidden = hidden_ones(context, users, deadline);
  if (!hidden) return hidden.error();
  const auto names = all_names(users, {});
  for (auto& sight : groups)
    sight.moves = moves_between(names, sight.granted, sight.kept, sight.present, *hidden);
  return true;
}

// As bring_in_line() for each; those that take more than a change of members come back in `rest`.
Result<bool> bring_some_in_line(const Context& context, std::span<const Dn> groups, const Texts& users,
                                std::vector<Dn>& rest, Deadline deadline) {
  Texts keys;
  std::vector<const Dn*> open;
  for (const auto& group : groups) {
    keys.push_back(group.normalized());
    open.push_back(&group);
  }
  const auto lease = context.locks.acquire_groups(keys, deadline);
  if (!lease) return lease.error();
  bool changed = false;
  for (int round = 0; round < most_rounds && !open.empty(); ++round) {
    std::vector<Sight> sights;
    for (const auto* group : open) sights.push_back({group});
    const auto seen = look_at_all(context, sights, users, deadline);
    if (!seen) return seen.error();
    if (!*seen) break;
    open.clear();
    std::vector<sync::Task> tasks;
    for (const auto& sight : sights) {
      if (!sight.is_there) rest.push_back(*sight.group);
      if (!sight.is_there || sight.moves.empty()) continue;
      tasks.push_back(moving(context, *sight.group, sight.moves));
      open.push_back(sight.group);
    }
    if (tasks.empty()) return changed;
    for (const auto& done : context.reconciler.run_all(tasks, deadline))
      if (!done && done.error().kind != ErrorKind::NotFound) return done.error();
    changed = true;
  }
  for (const auto* group : open) rest.push_back(*group);
  return changed;
}

Result<bool> bring_all_in_line(const Context& context, const Texts& names, const Texts& users,
                               Texts& made_with, Deadline deadline) {
  std::vector<Dn> rest;
  std::vector<Dn> groups;
  for (auto& group : dns_of(names))
    if (!mapping::is_protected(context.rules.protected_entries, group)) groups.push_back(std::move(group));
  bool changed = false;
  if (groups.size() < 2 || users.empty() || users.size() > most_users_at_once) std::swap(rest, groups);
  for (std::span<const Dn> left = groups; !left.empty();) {
    const auto some = left.first(std::min(most_groups_at_once, left.size()));
    left = left.subspan(some.size());
    auto done = bring_some_in_line(context, some, users, rest, deadline);
    if (!done) return done;
    changed = changed || *done;
  }
  for (const auto& group : rest) {
    auto done = bring_in_line(context, group, users, made_with, deadline);
    if (!done) return done;
    changed = changed || *done;
  }
  return changed;
}

}  // namespace

Result<bool> project(const Context& context, std::span<const Dn> groups, std::span<const std::string> users,
                     const NameWatch& since, Deadline deadline) {
  auto people = without_placeholder(context, users);
  Texts names;
  for (const auto& group : groups) names.push_back(group.str());
  std::uint64_t people_seen = 0;
  std::uint64_t groups_seen = 0;
  bool changed = false;
  for (bool first = true;; first = false) {
    const auto others = since.follow(people, people_seen, deadline);
    if (!others) return others.error();
    const auto moved = since.follow(names, groups_seen, deadline);
    if (!moved) return moved.error();
    if (!first && !*others && !*moved) return changed;
    Texts made_with;
    const auto done = bring_all_in_line(context, names, people, made_with, deadline);
    if (!done) return done.error();
    changed = changed || *done;
    if (made_with.empty()) continue;
    // Who gets another name while they are named in a new group is followed as those who were asked for.
    made_with.insert(made_with.begin(), people.begin(), people.end());
    people = without_placeholder(context, made_with);
  }
}

Result<bool> project(const Context& context, const Dn& group, std::span<const std::string> users,
                     const NameWatch& since, Deadline deadline) {
  return project(context, {&group, 1}, users, since, deadline);
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
       {attr::target},
       0},
      deadline);
  if (!direct) return direct.error();
  auto targets = targets_above(context, user, deadline);
  if (!targets) return targets.error();
  for (const auto& record : *direct)
    for (auto& target : targets_in(record))
      if (!contains(*targets, target)) targets->push_back(std::move(target));
  return project(context, *targets, users, since, deadline);
}

bool keeps_existing(const mapping::Rules& rules, const Entry& group) {
  const auto owner = group.attributes.first(attr::connection);
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
  auto entry = directory::read(context.directory, group, {attr::connection}, deadline);
  if (!entry) return entry.error();
  if (!*entry || !keeps_existing(context.rules, **entry)) return {};
  const auto lease = context.locks.acquire_group(group.normalized(), deadline);
  if (!lease) return lease.error();
  // Records first, then the group: who is in it and in no record was there before any of them.
  const auto recorded = listed(
      context, {context.rules.bridge_base, Scope::Subtree, Filter::equal(attr::target, group.str()), {}, 0},
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
