#include "mapping/entry_name.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "mapping/naming.hpp"

namespace dirbridge::mapping {

namespace {

bool fits(const Rules& rules, const directory::Rdn& name) {
  const auto field = rules.user_rdn->text->attribute();
  if (!check_name(name.value(), field) || !check_length(name, field)) return false;
  return std::none_of(rules.value_limits.begin(), rules.value_limits.end(), [&](const ValueLimit& limit) {
    return iequals(limit.attribute, name.attribute()) && characters(name.value()) > limit.most_characters;
  });
}

}  // namespace

directory::Rdn told_apart(const directory::Rdn& name, std::string_view login) {
  return renamed(name, name.attribute(), name.value() + " (" + std::string(login) + ")");
}

std::vector<directory::Rdn> names_for_entry(const Rules& rules, const boost::json::object& content,
                                            std::string_view login) {
  std::vector<directory::Rdn> out;
  if (rules.user_rdn) {
    const directory::Rdn wanted(rules.user_rdn->ldap_attribute,
                                printable(rules.user_rdn->text->value(content)));
    if (!wanted.value().empty()) out = {wanted, told_apart(wanted, login)};
    std::erase_if(out, [&](const auto& name) { return !fits(rules, name); });
  }
  out.emplace_back(rules.user_naming_attribute, std::string(login));
  return out;
}

}  // namespace dirbridge::mapping
