#pragma once
// One libldap connection as the direct side of the benchmark uses it: simple bind, non-blocking descriptor,
// read-ahead below liblber (without it every answer costs four read() calls), a large receive buffer (long
// listings otherwise hit a zero TCP window). Also the synchronous reads of set-up and verification. Not
// thread-safe.
#include <ldap.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace dirbridge::bench {

struct LdapTarget {
  std::string uri;
  std::string bind_dn;
  std::string password;
};

struct LdapAttribute {
  std::string name;
  std::vector<std::string> values;
  friend bool operator==(const LdapAttribute&, const LdapAttribute&) = default;
};

struct LdapEntry {
  std::string dn;
  std::vector<LdapAttribute> attributes;

  const std::vector<std::string>& values(std::string_view name) const;  // empty when absent
};

struct LdapQuery {
  std::string base;
  int scope = LDAP_SCOPE_SUBTREE;
  std::string filter;
  std::vector<std::string> attributes;  // empty: all user attributes
};

struct MessageFree {
  void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, MessageFree>;

// NULL-terminated view of names as libldap takes it; the names must outlive it. Empty: all.
std::vector<char*> name_list(const std::vector<std::string>& names);

class LdapConnection {
 public:
  static Result<std::unique_ptr<LdapConnection>> open(const LdapTarget& target);
  ~LdapConnection();
  LdapConnection(const LdapConnection&) = delete;
  LdapConnection& operator=(const LdapConnection&) = delete;

  LDAP* handle() const { return handle_; }
  int descriptor() const;

  // All matching entries, by paged search (RFC 2696). `page` is called with each page's message chain.
  using PageSink = std::function<void(LDAPMessage* page)>;
  Result<> search_pages(const LdapQuery& query, int page_size, const PageSink& page);

  Result<std::vector<LdapEntry>> search(const LdapQuery& query);

 private:
  explicit LdapConnection(LDAP* handle) : handle_(handle) {}
  LDAP* handle_;
};

LdapEntry to_entry(LDAP* handle, LDAPMessage* message);

}  // namespace dirbridge::bench
