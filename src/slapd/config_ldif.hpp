#pragma once
// The configuration (cn=config) and first content of a private slapd as LDIF text. Pure functions: the same
// input gives the same text, so that a changed option shows as a changed text.
#include <string>
#include <string_view>

#include "slapd/options.hpp"

namespace dirbridge::slapd {

struct Installation {         // where the OpenLDAP packages put things
  std::string program;        // slapd
  std::string module_folder;  // empty: everything is built in
  std::string schema_folder;  // has core.ldif, cosine.ldif, ...
};

struct ConfigInput {
  const Options& options;
  const Names& names;
  const Installation& installation;
  std::string directory;
  std::string_view dirbridge_schema;  // LDIF of cn=dirbridge,cn=schema,cn=config
  std::string_view admin_password;
  unsigned uid = 0;  // who may administer through ldapi
  unsigned gid = 0;
};
std::string config_ldif(const ConfigInput& input);

struct AccountPasswords {
  std::string_view bridge;
  std::string_view reader;
};
// Suffix, organizational units, accounts: those entries whose DN `already_given` does not know.
struct InitialContent {
  std::string ldif;
  bool suffix_is_given = false;  // then the other LDIF has to be loaded first
};
InitialContent initial_content(const Names& names, const AccountPasswords& passwords,
                               const std::vector<std::string>& already_given);
std::string policy_ldif(const Names& names);  // the default policy of ppolicy

// "Ou=People, dc=example" -> "ou=people,dc=example": enough to compare the DNs above.
std::string folded_dn(std::string_view dn);

}  // namespace dirbridge::slapd
