#include "sync/reconcile_parts.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"

namespace dirbridge::sync {

using directory::Change;
using directory::Entry;
using directory::Modification;
using directory::Modify;

namespace {

bool removes_members(const Modification& m, const GroupShape& shape) {
  return m.op == Modification::Op::Delete && iequals(m.attribute, shape.member_attribute);
}

}  // namespace

std::optional<Change> with_placeholder(const Change& change, const GroupShape& shape) {
  const auto* modify = std::get_if<Modify>(&change.operation);
  if (!modify) return std::nullopt;
  const auto& all = modify->modifications;
  const auto removal =
      std::find_if(all.begin(), all.end(), [&](const auto& m) { return removes_members(m, shape); });
  if (removal == all.end()) return std::nullopt;
  Modify out = *modify;
  for (auto& m : out.modifications)
    if (removes_members(m, shape)) std::erase(m.values, shape.placeholder.str());
  // A removal without values would be one of all members.
  std::erase_if(out.modifications,
                [&](const auto& m) { return removes_members(m, shape) && m.values.empty(); });
  out.modifications.insert(out.modifications.begin() + (removal - all.begin()),
                           {Modification::Op::Add, shape.member_attribute, {shape.placeholder.str()}});
  return Change{std::move(out), change.reason};
}

bool is_object_class_violation(const Error& e) {
  return e.kind == ErrorKind::Denied && e.field == "objectClassViolation";
}

bool is_rename_upon_rename(const EntryGoal& goal, const std::optional<Entry>& entry) {
  if (!entry || goal.presence != EntryGoal::Presence::Present || entry->dn.str() == goal.dn.str())
    return false;
  const auto names = aliases(*entry);
  return std::any_of(names.begin(), names.end(), [&](const auto& name) { return name != entry->dn.str(); });
}

void log_applied(const Change& change) {
  log::info("directory_change", {{"verb", directory::verb(change)},
                                 {"dn", directory::target(change).str()},
                                 {"reason", change.reason}});
}

}  // namespace dirbridge::sync
