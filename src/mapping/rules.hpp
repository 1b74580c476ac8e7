#pragma once
// What of a connection's configuration decides how its resources become entries. Plain values, set at start.
#include <optional>
#include <string>
#include <vector>

#include "directory/dn.hpp"
#include "mapping/group_options.hpp"
#include "mapping/name_limits.hpp"
#include "mapping/user_options.hpp"
#include "sync/guard.hpp"
#include "sync/plan.hpp"

namespace dirbridge::mapping {

// What becomes of a password (RFC 7643 4.1.1).
enum class PasswordRule {
  Ignore,      // it is dropped: logins are none of our business
  ServerHash,  // userPassword as it came; the server's password policy overlay hashes it
  Hash,        // userPassword is our hash of it
};

// An attribute of an extension that is also shown on the entry (all its values, and no others).
struct AttributeRule {
  std::string schema;     // the extension's URN
  std::string attribute;  // as the schema spells it; not complex
  bool multi_valued = false;
  std::string ldap_attribute;
  friend bool operator==(const AttributeRule&, const AttributeRule&) = default;
};

struct Rules {
  std::string connection;  // its id; entries name it as their owner
  directory::Dn user_base;
  directory::Dn group_base;
  directory::Dn bridge_base;
  std::string user_naming_attribute = "uid";  // of a user's RDN
  // What users log in with, where an entry may be named otherwise; empty: its name.
  std::string login_attribute{};
  // Names new entries of users, where their login does not; `text` is there.
  std::optional<ValueRule> user_rdn{};
  NameLimits login_limits{};
  NameLimits group_limits{};
  std::vector<ValueLimit> value_limits{};         // of a user's attributes
  std::string unique_id_attribute = "entryUUID";  // the server's own
  sync::GroupShape group_shape;
  DisableRules disable;
  UserOptions user_options;
  PasswordRule password = PasswordRule::Ignore;
  std::vector<AttributeRule> user_attributes;
  std::vector<AttributeRule> group_attributes;
  GroupOptions group_options;
  std::vector<directory::Dn> protected_entries;  // no rule touches them, nor what lies below them
};

inline const std::string& login_attribute(const Rules& rules) {
  return rules.login_attribute.empty() ? rules.user_naming_attribute : rules.login_attribute;
}

// Source groups have records of their own below the bridge base, and directory groups are their projection.
inline bool maps_groups(const Rules& rules) {
  return rules.disable.strip_groups || needs_source_groups(rules.group_options);
}
// A group that is a member of a source group grants its users what that group grants.
inline bool flattens(const Rules& rules) {
  return maps_groups(rules) && rules.group_options.flatten != GroupOptions::Flatten::Never;
}

// Where the connection's entries may be.
std::vector<directory::Dn> bases_of(const Rules& rules);
// What the connection may change there.
sync::Guard::Rules guard_rules(const Rules& rules);

}  // namespace dirbridge::mapping
