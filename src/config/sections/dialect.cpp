// What the server of a directory speaks, and what that means for the other keys.
#include <algorithm>

#include "base/text.hpp"
#include "config/sections/sections.hpp"
#include "ldap/endpoint.hpp"

namespace dirbridge::config {
namespace {

constexpr Word<Dialect> dialects[] = {{"standard", Dialect::Standard},
                                      {"active_directory", Dialect::ActiveDirectory}};

void read_dialect(ObjectReader& reader, std::string_view key, DirectoryConfig& directory) {
  auto dialect = Dialect::Standard;
  word(dialects).read(reader, key, dialect);
  if (dialect == directory.dialect) return;
  const auto defaults = default_directory(dialect);
  directory.dialect = dialect;
  directory.user_naming_attribute = defaults.user_naming_attribute;
  directory.unique_id_attribute = defaults.unique_id_attribute;
}

// Passwords, and much else, Active Directory takes over encrypted connections only.
bool is_encrypted(const DirectoryConfig& directory) {
  return directory.start_tls ||
         std::all_of(directory.uris.begin(), directory.uris.end(), [](const std::string& uri) {
           return ldap::parse_endpoint(uri)->kind != ldap::Endpoint::Kind::Plain;
         });
}

}  // namespace

DirectoryConfig default_directory(Dialect dialect) {
  DirectoryConfig out;
  out.dialect = dialect;
  out.placeholder_member = directory::Dn::parse("cn=dirbridge-placeholder").value();
  if (dialect == Dialect::ActiveDirectory) {
    out.user_naming_attribute = "sAMAccountName";
    out.unique_id_attribute = "objectGUID";
  }
  return out;
}

Type<DirectoryConfig> dialect() {
  return read_by(read_dialect, of_member(&DirectoryConfig::dialect, word(dialects)));
}

void check_active_directory(ObjectReader& reader, const DirectoryConfig& directory) {
  constexpr std::string_view logins[] = {"sAMAccountName", "userPrincipalName", "cn"};
  if (!is_any_of(logins, directory.user_naming_attribute))
    reader.problem("user_naming_attribute", "is none that users of Active Directory log in with",
                   "sAMAccountName, userPrincipalName or cn");
  if (!is_encrypted(directory))
    reader.problem("uris", "Active Directory takes changes of accounts over encrypted connections only",
                   "use ldaps://, or set start_tls");
  if (directory.password == mapping::PasswordRule::Hash)
    reader.problem("password", "Active Directory hashes passwords itself", "\"server_hash\" or \"ignore\"");
  if (directory.disable.ppolicy_lock)
    reader.problem_at(reader.path_of("disable") + ".ppolicy_lock",
                      "Active Directory does not know pwdAccountLockedTime",
                      "account_lock disables the account (userAccountControl)");
}

}  // namespace dirbridge::config
