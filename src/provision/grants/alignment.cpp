#include "provision/grants/alignment.hpp"

#include "directory/vocabulary.hpp"
#include "mapping/naming.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/places.hpp"
#include "provision/grants/target_names.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using Texts = std::vector<std::string>;

std::vector<std::string> group_entry_attributes() {
  return {"objectClass", attr::connection, "cn"};
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

}  // namespace

Texts without_placeholder(const Context& context, std::span<const std::string> users) {
  Texts out;
  directory::DnSet seen;
  for (const auto& user : users)
    if (user != context.rules.group_shape.placeholder.str() && Dn::parse(user) && seen.insert(user))
      out.push_back(user);
  return out;
}

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

Result<bool> bring_in_line(const Context& context, const Dn& group, const Texts& users, Texts& made_with,
                           Deadline deadline) {
  if (mapping::is_protected(context.rules.protected_entries, group)) return false;
  const auto lease = context.locks.acquire_group(group.normalized(), deadline);
  if (!lease) return lease.error();
  bool changed = false;
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
}  // namespace dirbridge::provision
