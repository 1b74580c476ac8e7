#include "mapping/user_state.hpp"

#include <algorithm>

#include "directory/vocabulary.hpp"
#include "mapping/content.hpp"

namespace dirbridge::mapping {

bool held::has(const directory::Attributes& home, std::string_view what) {
  const auto* all = home.find(attr::held);
  return all && std::find(all->begin(), all->end(), what) != all->end();
}

bool is_disabled(const directory::Attributes& home) {
  return home.first(attr::active) == "FALSE";
}

bool is_deleted(const directory::Attributes& home) {
  return home.find(attr::deleted) != nullptr;
}

bool is_gone(const directory::Attributes& home) {
  return is_deleted(home) && !held::has(home, held::removal) && !held::has(home, held::removal_rejected);
}

bool is_adopted(const directory::Attributes& home) {
  return home.first(attr::adopted) == "TRUE";
}

bool is_kept_active(const directory::Attributes& home) {
  return held::has(home, held::disable) || held::has(home, held::disable_rejected);
}

bool has_locks(const Rules& rules) {
  return rules.disable.ppolicy_lock || rules.disable.account_lock;
}

bool is_stripped(const Rules& rules, const directory::Attributes& home) {
  return rules.disable.strip_groups && is_disabled(home);
}

bool is_record(const Rules& rules, const directory::Dn& home) {
  return !rules.bridge_base.empty() && home.is_within(rules.bridge_base);
}

bool becomes_disabled(const Rules& rules, const boost::json::object& content,
                      const std::optional<directory::Entry>& current) {
  const bool wanted = is_false(content, "active");
  if (wanted && current && is_kept_active(current->attributes)) return false;
  // Who is new, or comes back, has no state that a switch could keep.
  if (!current || is_deleted(current->attributes)) return wanted;
  const bool disabled = is_disabled(current->attributes);
  if (wanted == disabled) return disabled;
  const bool followed = wanted ? rules.user_options.disable : rules.user_options.enable;
  return followed ? wanted : disabled;
}

bool becomes_record(const Rules& rules, const boost::json::object& content,
                    const std::optional<directory::Entry>& current) {
  const bool has_entry = current && !is_record(rules, current->dn);
  if (!has_entry && !rules.user_options.import) return true;
  if (has_entry && is_adopted(current->attributes)) return false;
  return rules.disable.delete_entry && becomes_disabled(rules, content, current);
}

directory::Dn records_dn(const Rules& rules) {
  return rules.bridge_base.child({attr::connection, rules.connection});
}

directory::Dn record_dn(const Rules& rules, std::string_view user_name) {
  return records_dn(rules).child({attr::user_name, std::string(user_name)});
}

}  // namespace dirbridge::mapping
