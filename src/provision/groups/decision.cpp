#include "provision/groups/decision.hpp"

#include "base/uuid.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/record.hpp"
#include "provision/grants/lost_targets.hpp"
#include "provision/groups/removal.hpp"
#include "provision/members/waiting.hpp"

namespace dirbridge::provision {

namespace {

Result<> decide_on_members(const Context& context, GroupUpdate& update, std::string_view id,
                           sync::Decision decision, Deadline deadline) {
  auto entry = find_entry(context, context.catalog.group, id, update.attributes(), deadline);
  if (!entry) return entry.error();
  auto record = mapping::read_record(*entry);
  if (!record) return record.error();
  const auto waiting = entry->attributes.take(attr::held_member);
  if (waiting.empty()) return nothing_waits(id);
  const auto edit = [&](const mapping::Record&, const directory::Entry& now) -> Result<sync::EntryGoal> {
    return decided_goal(context, decision, now.dn, waiting);
  };
  auto changed = update.run(id, {record->version, {}}, {}, edit, nullptr, deadline);
  if (!changed) return changed.error();
  if (auto* budget = context.mandate.budget)
    budget->decided(decision, sync::Removal::MemberRemoval, changed->after.dn, waiting, {});
  return {};
}

}  // namespace

Result<> decide_group(const Context& context, GroupUpdate& update, std::string_view id,
                      sync::Decision decision, Deadline deadline) {
  auto lease = context.locks.acquire({{id_key(id)}, {}}, deadline);
  if (!lease) return lease.error();
  auto deletion = decide_on_group(context, id, decision, deadline);
  if (deletion || deletion.error().kind != ErrorKind::NotFound) return deletion;
  auto lost = is_uuid(id) ? decide_on_lost(context, id, decision, deadline) : nothing_waits(id);
  if (lost || lost.error().kind != ErrorKind::NotFound) return lost;
  return decide_on_members(context, update, id, decision, deadline);
}

}  // namespace dirbridge::provision
