#include "provision/undo.hpp"

#include <algorithm>
#include <iterator>

#include "base/log.hpp"
#include "base/text.hpp"
#include "mapping/extension_entry.hpp"
#include "mapping/group_entry.hpp"
#include "mapping/user_entry.hpp"
#include "provision/concession.hpp"
#include "provision/group_leaving.hpp"
#include "provision/group_removal.hpp"
#include "provision/pending.hpp"
#include "provision/source_change.hpp"
#include "provision/user_removal.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using mapping::GroupOptions;
using mapping::OnDelete;

constexpr const char* reason = "a creation is undone";

// What the directory itself writes, and a rename.
constexpr std::string_view not_ours[] = {"createTimestamp", "modifyTimestamp", "entryCSN", "dirbridgeAlias"};

// The connection as it would be without its budget and its options on deletion: it deletes at once.
struct Unbound {
  explicit Unbound(const Context& bound)
      : rules(bound.rules), context{bound.catalog,      rules,
                                    bound.directory,    bound.reconciler,
                                    bound.locks,        bound.clock,
                                    bound.patch_policy, bound.member_ids,
                                    bound.put_omitted,  bound.most_evaluated} {
    rules.user_options.on_delete = OnDelete::Delete;
    rules.user_options.delete_after = {};
    rules.group_options.on_delete = GroupOptions::OnDelete::Delete;
    rules.group_options.delete_after = {};
  }
  Unbound(const Unbound&) = delete;
  Unbound& operator=(const Unbound&) = delete;

  mapping::Rules rules;
  Context context;
};

std::vector<std::string> attributes_of(const Context& context, const scim::ResourceType& type) {
  const auto& rules = context.rules;
  if (&type == &context.catalog.user) return mapping::user_attributes(rules);
  return mapping::with_members(rules,
                               mapping::with_extensions(mapping::group_attributes(), rules.group_attributes));
}

std::vector<Entry> without(const std::vector<Entry>& groups, const std::vector<Entry>& others) {
  std::vector<Entry> out;
  std::copy_if(groups.begin(), groups.end(), std::back_inserter(out), [&](const Entry& group) {
    return std::none_of(others.begin(), others.end(),
                        [&](const Entry& other) { return other.dn == group.dn; });
  });
  return out;
}

std::vector<std::string> not_among(const std::vector<std::string>& values,
                                   const std::vector<std::string>& others) {
  std::vector<std::string> out;
  for (const auto& value : values)
    if (std::find(others.begin(), others.end(), value) == others.end()) out.push_back(value);
  return out;
}

// Members value by value, everything else as a whole.
sync::EntryGoal as_it_was(const Context& context, const Entry& before, const Entry& now,
                          const std::vector<std::string>& attributes) {
  const auto& member = context.rules.group_shape.member_attribute;
  sync::EntryGoal goal{sync::EntryGoal::Presence::Present, before.dn, {}, reason, {}};
  for (const auto& name : attributes) {
    if (is_any_of(not_ours, name)) continue;
    const auto& values = before.attributes.values(name);
    if (!iequals(name, member)) {
      goal.attributes.push_back(sync::exactly(name, values));
      continue;
    }
    const auto& today = now.attributes.values(name);
    goal.attributes.push_back(sync::including(name, not_among(values, today)));
    goal.attributes.push_back(sync::excluding(name, not_among(today, values)));
  }
  return goal;
}

Result<> restore(const Context& context, const scim::ResourceType& type, const Entry& before,
                 const Entry& now, Deadline deadline) {
  const auto attributes = attributes_of(context, type);
  sync::Task task;
  task.find = directory::at(now.dn, attributes);
  task.goal = [&](const std::optional<Entry>& entry) -> Result<sync::EntryGoal> {
    if (!entry) return error(ErrorKind::NotFound, "the entry is gone");
    return as_it_was(context, before, *entry, attributes);
  };
  auto done = context.reconciler.run(task, deadline);
  context.member_ids.forget(now.dn);
  context.member_ids.forget(before.dn);
  return done ? Result<>() : Result<>(done.error());
}

// The directory groups follow the record.
Result<> restore_group(const Context& context, std::string_view id, const Entry& before, const Entry& now,
                       Deadline deadline) {
  const auto& type = context.catalog.group;
  if (!mapping::is_record(context.rules, now.dn)) return restore(context, type, before, now, deadline);
  const auto& member = context.rules.group_shape.member_attribute;
  const NameWatch since(context.locks.names());
  SourceChange change;
  change.id = id;
  change.source = now.dn;
  change.before = targets_in(now);
  if (!mapping::is_gone(before.attributes)) change.after = targets_in(before);
  change.come = not_among(before.attributes.values(member), now.attributes.values(member));
  change.go = not_among(now.attributes.values(member), before.attributes.values(member));
  auto following = prepare(context, change, since, deadline);
  if (!following) return following.error();
  if (auto done = restore(context, type, before, now, deadline); !done) return done;
  if (auto kept = landed(*following, deadline); !kept) return kept;
  return follow(context, *following, deadline);
}

Result<> leave_all(const Context& context, const std::vector<Entry>& groups, const Dn& member,
                   Deadline deadline) {
  for (const auto& left : leave_groups(context, groups, member, deadline))
    if (!left) return left;
  return {};
}

Result<> wait_in(const Context& context, const Entry& group, const std::string& name, Deadline deadline) {
  return write_entry(context, directory::at(group.dn, attributes_without_alias()),
                     {sync::including("dirbridgePendingMember", {name})}, reason, deadline);
}

// Of the groups that took the resource in, those that had waited for it.
Result<> wait_again(const Context& context, const Before& before, const std::vector<Entry>& took_in,
                    Deadline deadline) {
  for (const auto& [name, groups] : before.waiting)
    for (const auto& group : groups)
      if (std::any_of(took_in.begin(), took_in.end(), [&](const auto& one) { return one.dn == group.dn; }))
        if (auto done = wait_in(context, group, name, deadline); !done) return done;
  return {};
}

// The user moved to a home of another kind when it came: it is hidden, or let go, where it is.
Result<> put_away(const Context& context, std::string_view id, const Entry& before, const Entry& now,
                  Deadline deadline) {
  Unbound unbound(context);
  const bool found = mapping::is_adopted(now.attributes) && !mapping::is_adopted(before.attributes);
  unbound.rules.user_options.on_delete = found ? OnDelete::Keep : OnDelete::Disable;
  return remove_user(unbound.context, id, {}, deadline);
}

Result<> undo_taken_up(const Context& context, std::string_view id, const Entry& home, const Entry& now,
                       Deadline deadline) {
  const bool stayed = mapping::is_record(context.rules, home.dn) == mapping::is_record(context.rules, now.dn);
  return stayed ? restore(context, context.catalog.user, home, now, deadline)
                : put_away(context, id, home, now, deadline);
}

}  // namespace

Result<> look_before(const Context& context, const scim::ResourceType& type, const json::object& content,
                     const Dn* home, Before& before, Deadline deadline) {
  before = {};
  if (!home) return {};
  auto entry = directory::read(context.directory, *home, attributes_of(context, type), deadline);
  if (!entry) return entry.error();
  before.home = std::move(*entry);
  auto groups = groups_listing(context, *home, deadline);
  if (!groups) return groups.error();
  before.groups = std::move(*groups);
  std::vector<std::string> names;
  if (auto external_id = text_of(content, "externalId"); !external_id.empty())
    names.push_back(std::move(external_id));
  if (before.home && before.home->attributes.find("dirbridgeId"))
    names.emplace_back(before.home->attributes.first("dirbridgeId"));
  for (auto& name : names) {
    Before::Waiting waiting{name, {}};
    for (const auto& search : waiting_groups(context, {name})) {
      auto found = directory::search(context.directory, search, deadline);
      if (!found) return found.error();
      std::move(found->begin(), found->end(), std::back_inserter(waiting.groups));
    }
    before.waiting.push_back(std::move(waiting));
  }
  return {};
}

Result<> look_before_group(const Context& context, const Arrival& arrival, const Dn* home, Before& before,
                           Deadline deadline) {
  if (auto seen = look_before(context, *arrival.type, arrival.content, home, before, deadline); !seen)
    return seen;
  for (const auto& target : change_of(context.rules, arrival.id, std::nullopt, arrival.goal).after) {
    auto there = directory::read(context.directory, target, {"1.1"}, deadline);
    if (!there) return there.error();
    before.has_targets = before.has_targets || *there;
  }
  return {};
}

namespace {

// What is to be undone.
struct Made {
  std::optional<Entry> now;    // absent: it is gone already
  std::vector<Entry> groups;   // that list it
  std::vector<Entry> took_in;  // those of them that did not before
};

Result<Made> look_after(const Context& context, const scim::ResourceType& type, std::string_view id,
                        const Before& before, Deadline deadline) {
  auto now = find_entry(context, type, id, attributes_of(context, type), deadline);
  if (!now && now.error().kind == ErrorKind::NotFound) return Made();
  if (!now) return now.error();
  auto groups = groups_listing(context, now->dn, deadline);
  if (!groups) return groups.error();
  auto took_in = without(*groups, before.groups);
  return Made{std::move(*now), std::move(*groups), std::move(took_in)};
}

}  // namespace

Result<> undo_user(const Context& context, std::string_view id, const Before& before, Deadline deadline) {
  auto held = context.locks.acquire({{id_key(id), renames}, {}}, deadline);
  if (!held) return held.error();
  const auto made = look_after(context, context.catalog.user, id, before, deadline);
  if (!made) return made.error();
  if (!made->now) return {};
  const auto& [now, groups, took_in] = *made;
  if (!before.home) {
    Unbound unbound(context);
    if (auto gone = remove_user(unbound.context, id, {}, deadline); !gone) return gone;
  } else {
    if (auto left = leave_all(context, took_in, now->dn, deadline); !left) return left;
    if (auto done = undo_taken_up(context, id, *before.home, *now, deadline); !done) return done;
    for (const auto& group : without(before.groups, groups))
      if (auto back = rejoin_group(context, group, before.home->dn, deadline); !back) return back;
  }
  return wait_again(context, before, took_in, deadline);
}

Result<> undo_group(const Context& context, std::string_view id, const Before& before, Deadline deadline) {
  auto held = context.locks.acquire({{id_key(id), renames}, {}}, deadline);
  if (!held) return held.error();
  const auto made = look_after(context, context.catalog.group, id, before, deadline);
  if (!made) return made.error();
  if (!made->now) return {};
  const auto& [now, groups, took_in] = *made;
  const auto& rules = context.rules;
  const auto* home = before.home ? &*before.home : nullptr;
  Unbound unbound(context);
  if (home && mapping::is_record(rules, home->dn) == mapping::is_record(rules, now->dn)) {
    if (auto left = leave_all(context, took_in, now->dn, deadline); !left) return left;
    if (auto done = restore_group(unbound.context, id, *home, *now, deadline); !done) return done;
  } else {
    // Directory groups that were there stay, without the members; a home of another kind goes as if deleted.
    if (home || before.has_targets) unbound.rules.group_options.on_delete = GroupOptions::OnDelete::Empty;
    if (auto gone = remove_group(unbound.context, id, {}, deadline); !gone) return gone;
  }
  return wait_again(context, before, took_in, deadline);
}

void take_back_if_refused(const Context& context, std::string_view new_id, const Before& before,
                          const Error& why, UndoById* undo, Deadline deadline) {
  if (why.kind == ErrorKind::Uniqueness || !concerns_content(why.kind)) return;
  if (!before.home && !before.is_added) return;
  auto id = before.home ? before.home->attributes.first("dirbridgeId") : std::string_view();
  if (id.empty()) id = new_id;
  log::warning("arrival_taken_back",
               {{"connection", context.rules.connection}, {"id", id}, {"detail", why.detail}});
  if (auto done = undo(context, id, before, deadline); !done)
    log::error("arrival_not_taken_back",
               {{"connection", context.rules.connection}, {"id", id}, {"detail", done.error().detail}});
}

Created undoable(const Context& context, json::object resource, Before before, UndoById* undo) {
  auto id = text_of(resource, "id");
  return {std::move(resource), [context, id = std::move(id), before = std::move(before),
                                undo](Deadline deadline) { return undo(context, id, before, deadline); }};
}

}  // namespace dirbridge::provision
