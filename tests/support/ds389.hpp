#pragma once
// A private 389 Directory Server: Debian's ns-slapd as a child of this process, with our schema, a suffix,
// the accounts and the places that a private slapd has (slapd/options.hpp), so that the same scenarios run on
// either. Gone with the object; its folder is the caller's. Failing to start throws std::runtime_error with
// the server's own words.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "slapd/child_process.hpp"
#include "slapd/options.hpp"

namespace dirbridge::test {

class Ds389 {
 public:
  Ds389(const std::string& folder, const std::vector<std::string>& load_files);

  const std::string& uri() const { return uri_; }
  const slapd::Names& names() const { return names_; }
  static constexpr const char* manager_dn = "cn=Directory Manager";
  const Secret& manager_password() const { return manager_password_; }
  const Secret& bridge_password() const { return bridge_password_; }
  const Secret& reader_password() const { return reader_password_; }

 private:
  void wait_until_it_answers(std::uint16_t port, const std::string& log) const;
  void load(const std::string& file) const;
  std::string content() const;  // LDIF of backend, indexes, accounts and places

  slapd::Names names_;
  std::string uri_;
  Secret manager_password_, bridge_password_, reader_password_;
  std::unique_ptr<slapd::ChildProcess> server_;
};

}  // namespace dirbridge::test
