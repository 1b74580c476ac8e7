#include "provision/grants/projection.hpp"

#include <algorithm>

#include "directory/vocabulary.hpp"
#include "mapping/naming.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/alignment.hpp"
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
