#include "provision/groups/converge.hpp"

#include <iterator>

#include "base/log.hpp"
#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/drift.hpp"
#include "provision/grants/lost_targets.hpp"
#include "provision/grants/projection.hpp"
#include "provision/groups/change.hpp"
#include "provision/groups/move.hpp"
#include "provision/store/records.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using Texts = std::vector<std::string>;

Result<bool> exists(const Context& context, const Dn& dn, Deadline deadline) {
  auto entry = directory::read(context.directory, dn, {"1.1"}, deadline);
  if (!entry) return entry.error();
  return entry->has_value();
}

// Today's rules make no directory group of its name: it stays what it is.
void tell_group_put_off(const Context& context, const GroupHomes& homes, const Error& why) {
  const auto& home = homes.entry ? *homes.entry : *homes.record;
  const auto name = mapping::recorded_name(home);
  log::warning("conflict", {{"connection", context.rules.connection},
                            {"displayName", name},
                            {"dn", home.dn.str()},
                            {"detail", "groups.name_rules: " + why.detail}});
  context.reconciler.left(home.dn, "displayName", name + ": " + why.detail);
}

// Today's rules make another directory name, or none, and it cannot be given.
void tell_name_put_off(const Context& context, const Changed& group) {
  const auto name = text_of(group.after.content, "displayName");
  const auto& dn = group.after.dn;
  const auto& rules = context.rules;
  if (mapping::is_record(rules, dn)) {
    const auto mapped = mapping::map_group(rules, name, group.entry);
    if (!mapped) context.reconciler.left(dn, "displayName", mapped.error().detail);
    return;
  }
  const bool follows = rules.group_options.on_rename == mapping::GroupOptions::OnRename::Follow;
  if (follows && dn.rdn().value() != name)
    context.reconciler.left(dn, "displayName", "the directory group cannot have this name");
}

}  // namespace

Result<bool> converge_target(const Context& context, const Dn& group, Deadline deadline) {
  if (mapping::is_protected(context.rules.protected_entries, group)) return false;
  const NameWatch since(context.locks.names());
  auto entry = directory::read(context.directory, group,
                               {"objectClass", attr::connection, context.rules.group_shape.member_attribute},
                               deadline);
  if (!entry) return entry.error();
  const auto everybody = all_granted(context, group, deadline);
  if (!everybody) return everybody.error();
  auto concerned = everybody->spellings();
  bool changed = false;
  LostTarget lost(context, group, {});
  if (*entry) {
    auto others = unwarranted(context, **entry, *everybody, deadline);
    if (!others) return others.error();
    std::move(others->begin(), others->end(), std::back_inserter(concerned));
    const auto by_hand = by_hand_record(context, group).dn;
    if (!keeps_existing(context.rules, **entry)) {
      auto noted = exists(context, by_hand, deadline);
      if (!noted) return noted.error();
      if (*noted)
        if (auto done = delete_entry(context, by_hand, "nobody is kept by hand", deadline); !done)
          return done.error();
      changed = *noted;
    }
    if (auto done = lost.hold_back(concerned, deadline); !done) return done.error();
  }
  auto done = project(context, group, concerned, since, deadline);
  if (!done) return done.error();
  if (auto kept = lost.landed(deadline); !kept) return kept.error();
  return changed || *done;
}

Result<bool> converge_group(const Context& context, std::string_view id, const Texts& attributes,
                            Deadline deadline) {
  auto found = homes_of_group(context, id, deadline);
  if (!found) return found.error();
  if (!found->entry && !found->record) return no_such_id(id);
  auto moved = move_group(context, *found, deadline);
  if (!moved && moved.error().kind == ErrorKind::InvalidValue) {
    tell_group_put_off(context, *found, moved.error());
    return false;
  }
  if (!moved) return moved.error();
  ResourceEdit wish;
  const auto& shape = context.rules.group_shape;
  wish.unread = {shape.member_attribute};
  wish.probes = {{shape.member_attribute, shape.placeholder.str()}};
  wish.edit = [&](const mapping::Record& record, const Entry& entry) {
    return goal_of_group(context, record.id, record.content, {}, entry, context.mandate.reason_or("apply"),
                         deadline);
  };
  auto changed = change_group(context, id, std::move(wish), attributes, deadline);
  if (!changed) return changed.error();
  tell_name_put_off(context, *changed);
  bool out = *moved || changed->written;
  if (!mapping::is_record(context.rules, changed->entry.dn)) return out;
  auto record = directory::read(context.directory, changed->entry.dn, {attr::target}, deadline);
  if (!record) return record.error();
  if (!*record) return out;
  for (const auto& group : targets_in(**record)) {
    auto done = converge_target(context, group, deadline);
    if (!done) return done.error();
    out = out || *done;
  }
  return out;
}

Result<mapping::Record> move_taken_up(const Context& context, mapping::Record group, const Texts& attributes,
                                      Deadline deadline) {
  const auto& rules = context.rules;
  if (mapping::maps_groups(rules) == mapping::is_record(rules, group.dn)) return group;
  if (auto done = converge_group(context, group.id, attributes, deadline); !done) return done.error();
  auto entry = find_entry(context, context.catalog.group, group.id, mapping::with_members(rules, attributes),
                          deadline);
  if (!entry) return entry.error();
  if (const auto* members = entry->attributes.find(rules.group_shape.member_attribute))
    if (auto done = project(context, group.dn, *members, deadline); !done) return done.error();
  return mapping::read_record(*entry);
}

Result<> restore_group(const Context& context, std::string_view id, Deadline deadline) {
  const auto done = converge_group(context, id, mapping::group_attributes(), deadline);
  return done ? Result<>() : Result<>(done.error());
}

}  // namespace dirbridge::provision
