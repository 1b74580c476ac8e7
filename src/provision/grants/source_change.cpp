#include "provision/grants/source_change.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/naming.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/owed.hpp"
#include "provision/grants/projection.hpp"
#include "provision/grants/target_names.hpp"
#include "provision/grants/target_rename.hpp"
#include "provision/refusal.hpp"
#include "provision/store/records.hpp"
#include "provision/store/stored.hpp"
#include "provision/store/turns.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using Dns = std::vector<Dn>;
using Texts = std::vector<std::string>;

Dns without(const Dns& dns, const Dns& others) {
  Dns out;
  for (const auto& dn : dns)
    if (!contains(others, dn)) out.push_back(dn);
  return out;
}

Dns both(const Dns& a, const Dns& b) {
  Dns out;
  for (const auto& dn : a)
    if (contains(b, dn)) out.push_back(dn);
  return out;
}

// For each of `members`: does the record list it?
Result<std::vector<bool>> which_listed(const Context& context, const Dn& record, const Texts& members,
                                       Deadline deadline) {
  if (members.empty()) return std::vector<bool>();
  auto out = listed(context, directory::at(record, {}), members, deadline);
  const bool gone = !out && out.error().kind == ErrorKind::NotFound;  // or it has another name by now
  return gone ? std::vector<bool>(members.size()) : out;
}

// A removal that was interrupted is asked for again: the record does not list the member any more. All that
// is owed by this group follows, since the member may be a group, and its users others by now.
Result<Texts> owed(const Context& context, std::string_view source, const Texts& members, Deadline deadline) {
  if (members.empty()) return Texts();
  auto records = ending_notes(context, deadline);
  if (!records) return records.error();
  directory::DnSet named;
  directory::DnSet out;
  for (const auto& record : *records)
    for (const auto& member : record.members) (iequals(record.source, source) ? out : named).insert(member);
  for (const auto& member : members)
    if (named.contains(member)) out.insert(member);
  return out.spellings();
}

void append(Texts& list, const Texts& more) {
  list.insert(list.end(), more.begin(), more.end());
}

// The groups that the change leaves alone keep their place; members come to them and go.
Result<> prepare_members(const Context& context, const SourceChange& change, const Dns& groups, FollowUp& out,
                         Deadline deadline) {
  auto there = which_listed(context, change.source, change.go, deadline);
  if (!there) return there.error();
  auto leaving = chosen(change.go, *there);
  auto interrupted = owed(context, change.id, change.go, deadline);
  if (!interrupted) return interrupted.error();
  append(leaving, *interrupted);
  out.left = leaving;
  auto arrives = which_listed(context, change.source, change.come, deadline);
  if (!arrives) return arrives.error();
  arrives->flip();  // who is listed already does not
  auto go = users_of(context, leaving, *out.since, deadline);
  if (!go) return go.error();
  auto new_users = users_of(context, chosen(change.come, *arrives), *out.since, deadline);
  if (!new_users) return new_users.error();
  auto come = users_of(context, change.come, *out.since, deadline);
  if (!come) return come.error();
  for (const auto& group : groups) {
    if (auto done = note_by_hand(context, group, *new_users, deadline); !done) return done;
    Texts users = *come;
    append(users, *go);
    if (!users.empty()) out.touched.push_back({group, std::move(users)});
  }
  if (go->empty() || groups.empty()) return {};
  auto note = note_ended(context, change.id, groups, *go, deadline);
  if (!note) return note.error();
  out.notes.push_back(std::move(*note));
  return {};
}

// The group gets directory groups and loses others, with all its members.
Result<> prepare_targets(const Context& context, const SourceChange& change, FollowUp& out,
                         Deadline deadline) {
  const auto lost = without(change.before, change.after);
  out.gained = without(change.after, change.before);
  if (lost.empty() && out.gained.empty()) return {};
  auto members = change.is_new ? Result<Texts>(Texts()) : member_values(context, change.source, deadline);
  if (!members) return members.error();
  auto users = users_of(context, *members, *out.since, deadline);
  if (!users) return users.error();
  auto come = users_of(context, change.come, *out.since, deadline);
  if (!come) return come.error();
  for (const auto& group : lost) {
    if (users->empty()) continue;
    out.lost.push_back(std::make_unique<LostTarget>(context, group, change.id));
    if (auto done = out.lost.back()->hold_back(*users, deadline); !done) return done;
    out.touched.push_back({group, *users});
  }
  // First of all: whom a note names for the group may be there because of the bridge.
  auto arriving = *users;
  append(arriving, *come);
  for (const auto& group : out.gained)
    if (auto done = note_by_hand(context, group, arriving, deadline); !done) return done;
  if (!users->empty()) {
    auto all = lost;
    all.insert(all.end(), out.gained.begin(), out.gained.end());
    auto note = note_ended(context, change.id, all, *users, deadline);
    if (!note) return note.error();
    out.notes.push_back(std::move(*note));
  }
  for (const auto& group : out.gained) out.arrivals.push_back({group, arriving});
  return {};
}

// Whom the record lists, which has got the name that the group was given.
Result<Texts> members_by_now(const Context& context, const Dn& record, const NameWatch& since,
                             Deadline deadline) {
  Texts names{record.str()};
  std::uint64_t seen = 0;
  if (const auto known = since.follow(names, seen, deadline); !known) return known.error();
  Texts out;
  for (const auto& name : dns_of(names)) {
    const auto members = member_values(context, name, deadline);
    if (!members) return members.error();
    append(out, *members);
  }
  return out;
}

// Groups in groups may have got and lost members while the record was written: either those who changed them
// have seen what it says now, or it is seen here.
Result<> look_again(const Context& context, FollowUp& follow_up, Deadline deadline) {
  const auto& change = follow_up.change;
  const auto& since = *follow_up.since;
  if (!mapping::flattens(context.rules)) return {};
  auto above = targets_above(context, {&change.source, 1}, since, deadline);
  if (!above) return above.error();
  Texts members = change.come;
  append(members, follow_up.left);
  const auto lost = without(change.before, change.after);
  if (!lost.empty()) {
    auto all = members_by_now(context, change.source, since, deadline);
    if (!all) return all.error();
    append(members, *all);
  }
  auto users = users_of(context, members, since, deadline);
  if (!users) return users.error();
  Dns groups = both(change.before, change.after);
  for (const Dns* more : {&lost, static_cast<const Dns*>(&*above)})
    for (const auto& group : *more)
      if (!contains(groups, group)) groups.push_back(group);
  for (auto& [group, known] : follow_up.touched) {
    append(known, *users);
    std::erase(groups, group);
  }
  for (const auto& group : groups)
    if (!users->empty()) follow_up.touched.push_back({group, *users});
  return {};
}

// Those with the same users together.
Result<> project_touched(const Context& context, const std::vector<FollowUp::Touched>& touched,
                         const NameWatch& since, Deadline deadline) {
  std::vector<bool> projected(touched.size());
  for (std::size_t i = 0; i < touched.size(); ++i) {
    Dns groups;
    for (std::size_t k = i; k < touched.size(); ++k) {
      if (projected[k] || touched[k].users != touched[i].users) continue;
      projected[k] = true;
      groups.push_back(touched[k].group);
    }
    if (groups.empty()) continue;
    if (auto done = project(context, groups, touched[i].users, since, deadline); !done) return done.error();
  }
  return {};
}

// A directory group that the rules of today give, and that takes nobody, is no reason to keep who is to
// leave.
Result<> fill_gained(const Context& context, const FollowUp& follow_up, Deadline deadline) {
  const bool only_leaves = !follow_up.change.go.empty() && follow_up.change.come.empty();
  for (const auto& group : follow_up.gained) {
    const auto done = project_all(context, group, deadline);
    if (done) continue;
    if (!only_leaves || !concerns_content(done.error().kind)) return done.error();
    log::error("group_not_filled", {{"group", group.str()}, {"detail", done.error().detail}});
  }
  return {};
}

}  // namespace

SourceChange change_of(const mapping::Rules& rules, std::string id, const std::optional<Entry>& current,
                       const sync::EntryGoal& goal) {
  SourceChange out;
  out.id = std::move(id);
  out.source = current ? current->dn : goal.dn;
  out.is_new = !current;
  if (current) {
    out.before = targets_in(*current);
    const auto mapped = mapping::map_group(rules, mapping::recorded_name(*current), current);
    const auto same_names = [&](const Dns& groups) {
      return std::equal(groups.begin(), groups.end(), out.before.begin(), out.before.end(),
                        mapping::same_name);
    };
    out.was_on_the_fly = mapped && mapped->targets.on_the_fly && same_names(mapped->targets.groups);
  }
  out.after = out.before;
  for (const auto& wish : goal.attributes) {
    if (wish.attribute == attr::display_name && !wish.values.empty())
      if (auto mapped = mapping::map_group(rules, wish.values.front(), current))
        out.on_the_fly = mapped->targets.on_the_fly;
    if (wish.attribute == attr::target) out.after = dns_of(wish.values);
    if (!iequals(wish.attribute, rules.group_shape.member_attribute)) continue;
    auto& list = wish.kind == sync::AttributeGoal::Kind::Excluding ? out.go : out.come;
    for (const auto& value : wish.values)
      if (value != rules.group_shape.placeholder.str()) list.push_back(value);
  }
  return out;
}

Result<> check_collision(const Context& context, const SourceChange& change, Deadline deadline) {
  const auto& options = context.rules.group_options;
  const auto gained = without(change.after, change.before);
  if (options.merge || gained.empty()) return {};
  // Of the mapping, where many to many is what the administrator wrote.
  const bool on_the_fly = gained.size() == 1 && change.after.size() == 1 && change.on_the_fly;
  if (!on_the_fly) return {};
  const auto& group = gained.front();
  const auto which = Filter::all_of({Filter::equal("objectClass", object_class::group),
                                     Filter::equal(attr::connection, context.rules.connection),
                                     Filter::negation(Filter::present(attr::deleted))});
  auto used = mapping::is_mapping_target(options, group)
                  ? Result<bool>(true)
                  : used_by_others(context, group, change.source, which, deadline);
  if (!used) return used.error();
  if (!*used) return {};
  log::warning("group_collision", {{"source", change.source.str()}, {"group", group.str()}});
  return error(ErrorKind::Uniqueness,
               "another group is the directory group " + group.rdn().value() +
                   " already; the option groups.merge allows both",
               "displayName");
}

Result<FollowUp> prepare(const Context& context, const SourceChange& change, const NameWatch& since,
                         Deadline deadline) {
  FollowUp out;
  out.change = change;
  out.since = &since;
  auto staying = both(change.before, change.after);
  auto above =
      change.is_new ? Result<Dns>(Dns()) : targets_above(context, {&change.source, 1}, since, deadline);
  if (!above) return above.error();
  for (const auto& group : without(*above, staying)) staying.push_back(group);
  if (!change.is_new && (!change.come.empty() || !change.go.empty()))
    if (auto done = prepare_members(context, change, staying, out, deadline); !done) return done.error();
  if (auto done = prepare_targets(context, change, out, deadline); !done) return done.error();
  if (change.whole) out.gained.insert(out.gained.end(), staying.begin(), staying.end());
  return out;
}

Result<> landed(const FollowUp& follow_up, Deadline deadline) {
  for (const auto& group : follow_up.lost)
    if (auto done = group->landed(deadline); !done) return done;
  return {};
}

Result<> follow(const Context& context, FollowUp& follow_up, Deadline deadline) {
  if (auto done = look_again(context, follow_up, deadline); !done) return done;
  const auto& since = *follow_up.since;
  if (auto done = project_touched(context, follow_up.touched, since, deadline); !done) return done;
  if (auto done = fill_gained(context, follow_up, deadline); !done) return done;
  for (const auto* all : {&follow_up.touched, &follow_up.arrivals})
    for (const auto& [group, users] : *all)
      if (auto done = release_granted(context, group, users, deadline); !done) return done;
  for (const auto& note : follow_up.notes)
    if (auto done = delete_entry(context, note, "the directory groups have followed", deadline); !done)
      return done;
  return {};
}

}  // namespace dirbridge::provision
