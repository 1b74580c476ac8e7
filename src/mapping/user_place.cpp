#include "mapping/user_place.hpp"

#include "directory/vocabulary.hpp"
#include "mapping/adoption.hpp"

namespace dirbridge::mapping {

namespace {

bool is_aside(const Rules& rules, const directory::Dn& dn) {
  return rules.disable.move_to && dn.is_within(*rules.disable.move_to);
}

bool is_in_place(const Rules& rules, const directory::Dn& dn) {
  return dn.is_within(rules.user_base) && !is_aside(rules, dn);
}

}  // namespace

directory::Dn parent_for(const Rules& rules, const std::optional<directory::Entry>& current, bool disabled) {
  const auto& aside = rules.disable.move_to;
  if (disabled && aside) return current && is_aside(rules, current->dn) ? current->dn.parent() : *aside;
  if (!current) return rules.user_base;
  if (is_in_place(rules, current->dn)) return current->dn.parent();
  const auto place = remembered_place(current->attributes);
  return place && is_in_place(rules, *place) ? *place : rules.user_base;
}

void remember_place(const Rules& rules, sync::EntryGoal& goal, const directory::Entry& current) {
  if (!is_aside(rules, goal.dn) || !is_in_place(rules, current.dn)) return;
  const auto place = current.dn.parent();
  if (place == rules.user_base && !remembered_place(current.attributes)) return;
  goal.attributes.push_back(sync::exactly(attr::original, {with_place(current.attributes, place)}));
}

}  // namespace dirbridge::mapping
