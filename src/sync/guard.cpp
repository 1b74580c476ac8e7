#include "sync/guard.hpp"

#include <algorithm>

namespace dirbridge::sync {

Result<> Guard::check_place(const directory::Dn& dn) const {
  if (std::none_of(rules_.bases.begin(), rules_.bases.end(),
                   [&](const auto& base) { return dn.is_within(base) && !(dn == base); }))
    return error(ErrorKind::Forbidden,
                 "the guard refuses to change " + dn.str() + ": it lies outside the configured bases");
  if (std::find(rules_.protected_entries.begin(), rules_.protected_entries.end(), dn) !=
      rules_.protected_entries.end())
    return error(ErrorKind::Forbidden,
                 "the guard refuses to change " + dn.str() + ": it is a protected entry");
  return {};
}

// An entry that is nobody's becomes ours by the change that writes our name on it.
bool Guard::adopts(const Plan& plan, const directory::Entry& entry) const {
  if (entry.attributes.find("dirbridgeConnection")) return false;
  const auto* last = std::get_if<directory::Modify>(&plan.stages.back().back().operation);
  return last && std::any_of(last->modifications.begin(), last->modifications.end(), [&](const auto& m) {
           return m.attribute == "dirbridgeConnection" && m.op == directory::Modification::Op::Replace &&
                  m.values == std::vector<std::string>{rules_.connection};
         });
}

Result<> Guard::check(const Plan& plan, const std::optional<directory::Entry>& entry) const {
  if (!plan.empty() && entry && entry->attributes.first("dirbridgeConnection") != rules_.connection &&
      !adopts(plan, *entry))
    return error(ErrorKind::Forbidden, "the guard refuses to change " + entry->dn.str() +
                                           ": it does not belong to connection " + rules_.connection);
  for (const auto& stage : plan.stages)
    for (const auto& change : stage)
      if (auto allowed = check_place(directory::target(change)); !allowed) return allowed;
  return {};
}

}  // namespace dirbridge::sync
