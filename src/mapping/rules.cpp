#include "mapping/rules.hpp"

namespace dirbridge::mapping {

std::vector<directory::Dn> bases_of(const Rules& rules) {
  std::vector<directory::Dn> out{rules.user_base, rules.group_base, rules.bridge_base};
  if (rules.disable.move_to) out.push_back(*rules.disable.move_to);
  return out;
}

sync::Guard::Rules guard_rules(const Rules& rules) {
  sync::Guard::Rules out{rules.connection, bases_of(rules), rules.protected_entries};
  out.protected_entries.push_back(rules.group_shape.placeholder);
  out.member_attribute = rules.group_shape.member_attribute;
  out.mapped_groups = rules.group_base;  // also without a mapping: what an earlier one gave is taken back
  return out;
}

}  // namespace dirbridge::mapping
