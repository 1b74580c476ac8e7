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

Result<> Guard::check(const Plan& plan, const std::optional<directory::Entry>& entry) const {
  if (!plan.empty() && entry && entry->attributes.first("dirbridgeConnection") != rules_.connection)
    return error(ErrorKind::Forbidden, "the guard refuses to change " + entry->dn.str() +
                                           ": it does not belong to connection " + rules_.connection);
  for (const auto& stage : plan.stages)
    for (const auto& change : stage)
      if (auto allowed = check_place(directory::target(change)); !allowed) return allowed;
  return {};
}

}  // namespace dirbridge::sync
