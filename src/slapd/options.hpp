#pragma once
// What a private slapd is to be: options, and the names (DNs) and passwords that follow from them. Plain
// values.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace dirbridge::slapd {

struct Options {
  std::string
      directory;  // created when missing, its data is kept; empty: a temporary one, removed at the end
  std::uint16_t port = 0;      // ldap:// on 127.0.0.1; 0: any free one
  std::uint16_t tls_port = 0;  // ldaps:// on 127.0.0.1 when tls is on; 0: any free one
  bool ldapi = false;  // a Unix socket in the directory; the current user is administrator there (EXTERNAL)
  bool tls = false;    // throw-away CA and certificate: StartTLS on port, ldaps on tls_port
  std::vector<std::string> load_files;  // LDIF with entries under the suffix; each content is loaded once
  std::string suffix = "dc=example,dc=org";
  bool ppolicy = false;       // overlay with a default policy with pwdLockout TRUE
  bool ppolicy_hash = false;  // the overlay hashes passwords that arrive as clear text
  bool refint = false;        // overlay on attribute member, with the placeholder for the last value
  bool memberof = false;      // overlay
  bool unique_mail = false;   // overlay `unique` on attribute mail
  bool member_index = true;   // eq index on member: dearer membership changes, cheap (member=dn)
  bool sort_values = true;    // sortvals member; must stay what it was for a directory that has data
  bool fsync = true;          // off: the last writes may be lost with the operating system, not with slapd
  std::uint64_t map_bytes = std::uint64_t{8} << 30;  // largest size of the database; address space, not disk
  std::size_t threads = 0;                           // 0: slapd's default (16)
  std::size_t reader_size_limit = 0;  // entries the reader may see; 0: unlimited, as it has to be
  std::string placeholder = "cn=dirbridge-placeholder";  // the member of an empty group
  std::string schema_file;         // cn=config LDIF instead of the built-in dirbridge schema
  std::string log_level = "none";  // slapd -d: "none" (critical messages only), "stats", ...
  Secret admin_password;           // empty ones are kept from the last run, or random
  Secret bridge_password;
  Secret reader_password;
};

struct Names {
  std::string suffix;
  std::string user_base;     // ou=people
  std::string group_base;    // ou=groups
  std::string bridge_base;   // ou=dirbridge
  std::string service_base;  // ou=services: the accounts
  std::string admin_dn;      // rootdn
  std::string bridge_dn;     // dirbridge's own account: writes below the three bases, by ACL
  std::string reader_dn;     // what Atlassian products bind with: reads, no passwords, no records
  std::string policy_dn;     // default password policy
};

// InvalidValue when an option cannot be used in a configuration: suffix, placeholder, passwords.
Result<Names> names_of(const Options& options);

}  // namespace dirbridge::slapd
