#include "provision/groups/undo.hpp"

#include <algorithm>
#include <iterator>

#include "base/log.hpp"
#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "provision/groups/leaving.hpp"
#include "provision/refusal.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;

constexpr const char* reason = "a creation is undone";

// What the directory itself writes, and a rename.
constexpr std::string_view not_ours[] = {"createTimestamp", "modifyTimestamp", "entryCSN", attr::alias};

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

Result<> wait_in(const Context& context, const Entry& group, const std::string& name, Deadline deadline) {
  return write_entry(context, directory::at(group.dn, attributes_without_alias()),
                     {sync::including(attr::pending_member, {name})}, reason, deadline);
}

}  // namespace

Context undoing(const Context& context, Fate fate) {
  return context.under({nullptr, nullptr, fate, reason});
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

Result<> restore(const Context& context, const scim::ResourceType& type, const Entry& before,
                 const Entry& now, Deadline deadline) {
  const auto attributes = attributes_to_restore(context, type);
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

Result<> leave_all(const Context& context, const std::vector<Entry>& groups, const Dn& member,
                   Deadline deadline) {
  for (const auto& left : leave_groups(context, groups, member, deadline))
    if (!left) return left;
  return {};
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

Result<Made> look_after(const Context& context, const scim::ResourceType& type, std::string_view id,
                        const Before& before, Deadline deadline) {
  auto now = find_entry(context, type, id, attributes_to_restore(context, type), deadline);
  if (!now && now.error().kind == ErrorKind::NotFound) return Made();
  if (!now) return now.error();
  auto groups = groups_listing(context, now->dn, deadline);
  if (!groups) return groups.error();
  auto took_in = without(*groups, before.groups);
  return Made{std::move(*now), std::move(*groups), std::move(took_in)};
}

void take_back_if_refused(const Context& context, std::string_view new_id, const Before& before,
                          const Error& why, UndoById* undo, Deadline deadline) {
  if (why.kind == ErrorKind::Uniqueness || !concerns_content(why.kind)) return;
  if (!before.home && !before.is_added) return;
  const bool was_ours =
      before.home && before.home->attributes.first(attr::connection) == context.rules.connection;
  const auto id = was_ours ? before.home->attributes.first(attr::id) : new_id;
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
