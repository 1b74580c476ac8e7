#pragma once
// A private Active Directory: Debian's Samba as a domain controller, LDAP only, a child of this process, with
// our schema, the accounts and the places that a private slapd has (slapd/options.hpp), so that the same
// scenarios run on either. Gone with the object; its folder is the caller's. Failing to start throws
// std::runtime_error with the server's own words. Needs to be root.
#include <memory>
#include <string>

#include "base/secret.hpp"
#include "slapd/child_process.hpp"
#include "slapd/options.hpp"

namespace dirbridge::test {

class Samba {
 public:
  Samba(const std::string& folder, const std::string& load_file);

  const std::string& uri() const { return uri_; }              // ldaps://
  const std::string& plain_uri() const { return plain_uri_; }  // for who does not trust the certificate
  const std::string& ca_file() const { return ca_file_; }
  const slapd::Names& names() const { return names_; }
  static constexpr const char* manager_dn = "cn=Administrator,cn=Users,dc=example,dc=org";
  const Secret& manager_password() const { return manager_password_; }
  const Secret& bridge_password() const { return bridge_password_; }
  const Secret& reader_password() const { return reader_password_; }

 private:
  void wait_until_it_answers(const std::string& output) const;

  slapd::Names names_;
  std::string uri_, plain_uri_, ca_file_;
  Secret manager_password_, bridge_password_, reader_password_;
  std::unique_ptr<slapd::ChildProcess> server_;
};

}  // namespace dirbridge::test
