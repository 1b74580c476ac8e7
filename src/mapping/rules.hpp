#pragma once
// What of a connection's configuration decides how its resources become entries. Plain values, set at start.
#include <string>
#include <vector>

#include "directory/dn.hpp"
#include "mapping/user_options.hpp"
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
};

struct Rules {
  std::string connection;  // its id; entries name it as their owner
  directory::Dn user_base;
  directory::Dn group_base;
  directory::Dn bridge_base;
  std::string user_naming_attribute = "uid";  // of a user's RDN
  sync::GroupShape group_shape;
  DisableRules disable;
  UserOptions user_options;
  PasswordRule password = PasswordRule::Ignore;
  std::vector<AttributeRule> user_attributes;
  std::vector<AttributeRule> group_attributes;
};

}  // namespace dirbridge::mapping
