#include "sync/guard.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::sync {

namespace {

bool values_of_only(const directory::Modify& modify, std::initializer_list<std::string_view> attributes) {
  using Op = directory::Modification::Op;
  return std::all_of(modify.modifications.begin(), modify.modifications.end(), [&](const auto& m) {
    return is_any_of(attributes, m.attribute) && m.op != Op::Replace && !m.values.empty();
  });
}

}  // namespace

Result<> Guard::check_within(const directory::Dn& dn) const {
  if (std::any_of(rules_.bases.begin(), rules_.bases.end(),
                  [&](const auto& base) { return dn.is_within(base) && !(dn == base); }))
    return {};
  return error(ErrorKind::Forbidden,
               "the guard refuses to change " + dn.str() + ": it lies outside the configured bases");
}

Result<> Guard::check_place(const directory::Dn& dn) const {
  if (auto within = check_within(dn); !within) return within;
  if (std::none_of(rules_.protected_entries.begin(), rules_.protected_entries.end(),
                   [&](const auto& entry) { return dn.is_within(entry); }))
    return {};
  return error(ErrorKind::Forbidden, "the guard refuses to change " + dn.str() + ": it is a protected entry");
}

// An entry that is nobody's becomes ours by the change that writes our name on it; so does one that its
// connection's identity provider has deleted, unless an administrator is still to decide on that.
bool Guard::adopts(const Plan& plan, const directory::Entry& entry) const {
  const bool deleted = entry.attributes.find(attr::deleted) && !entry.attributes.find(attr::held);
  if (entry.attributes.find(attr::connection) && !deleted) return false;
  const auto* last = std::get_if<directory::Modify>(&plan.stages.back().back().operation);
  return last && std::any_of(last->modifications.begin(), last->modifications.end(), [&](const auto& m) {
           return m.attribute == attr::connection && m.op == directory::Modification::Op::Replace &&
                  m.values == std::vector<std::string>{rules_.connection};
         });
}

// Only values of `member` come and go, one by one, in a group below the base.
bool Guard::changes_memberships(const Plan& plan, const directory::Entry& entry) const {
  if (rules_.mapped_groups.empty() || !entry.dn.is_within(rules_.mapped_groups)) return false;
  return std::all_of(plan.stages.begin(), plan.stages.end(), [&](const auto& stage) {
    return std::all_of(stage.begin(), stage.end(), [&](const auto& change) {
      const auto* modify = std::get_if<directory::Modify>(&change.operation);
      return modify && modify->dn == entry.dn && values_of_only(*modify, {rules_.member_attribute});
    });
  });
}

// A membership that follows the name of the entry it belongs to is no rule's doing: protected groups are not
// left with a name that is gone.
Result<> Guard::check_change(const directory::Change& change,
                             const std::optional<directory::Entry>& entry) const {
  const auto& dn = directory::target(change);
  const auto* modify = std::get_if<directory::Modify>(&change.operation);
  const bool follows = entry && modify && !(dn == entry->dn) &&
                       values_of_only(*modify, {rules_.member_attribute, attr::held_member});
  return follows ? check_within(dn) : check_place(dn);
}

Result<> Guard::check(const Plan& plan, const std::optional<directory::Entry>& entry) const {
  if (!plan.empty() && entry && entry->attributes.first(attr::connection) != rules_.connection &&
      !adopts(plan, *entry) && !changes_memberships(plan, *entry))
    return error(ErrorKind::Forbidden, "the guard refuses to change " + entry->dn.str() +
                                           ": it does not belong to connection " + rules_.connection);
  for (const auto& stage : plan.stages)
    for (const auto& change : stage)
      if (auto allowed = check_change(change, entry); !allowed) return allowed;
  return {};
}

}  // namespace dirbridge::sync
