#include "provision/groups/undo_group.hpp"

#include "mapping/user_state.hpp"
#include "provision/grants/source_change.hpp"
#include "provision/groups/removal.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using mapping::GroupOptions;

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
  auto follow_up = prepare(context, change, since, deadline);
  if (!follow_up) return follow_up.error();
  if (auto done = restore(context, type, before, now, deadline); !done) return done;
  if (auto kept = landed(*follow_up, deadline); !kept) return kept;
  return follow(context, *follow_up, deadline);
}

}  // namespace

Result<> undo_group(const Context& context, std::string_view id, const Before& before, Deadline deadline) {
  auto lease = context.locks.acquire({{id_key(id), renames}, {}}, deadline);
  if (!lease) return lease.error();
  const auto made = look_after(context, context.catalog.group, id, before, deadline);
  if (!made) return made.error();
  if (!made->now) return {};
  const auto& [now, groups, took_in] = *made;
  const auto& rules = context.rules;
  const auto* home = before.home ? &*before.home : nullptr;
  if (home && mapping::is_record(rules, home->dn) == mapping::is_record(rules, now->dn)) {
    if (auto left = leave_all(context, took_in, now->dn, deadline); !left) return left;
    if (auto done = restore_group(undoing(context, {}), id, *home, *now, deadline); !done) return done;
  } else {
    // Directory groups that were there stay, without the members; a home of another kind goes as if deleted.
    const bool stays = home || before.has_targets;
    const Fate fate{{}, stays ? GroupOptions::OnDelete::Empty : GroupOptions::OnDelete::Delete};
    if (auto gone = remove_group(undoing(context, fate), id, {}, deadline); !gone) return gone;
  }
  return wait_again(context, before, took_in, deadline);
}

}  // namespace dirbridge::provision
