#include "ldap_connection.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>

#include "base/text.hpp"

namespace dirbridge::bench {
namespace {

constexpr timeval patience{120, 0};

struct BerValues {
  berval** values;
  explicit BerValues(berval** v) : values(v) {}
  ~BerValues() { ldap_value_free_len(values); }
  BerValues(const BerValues&) = delete;
  BerValues& operator=(const BerValues&) = delete;
};

Error ldap_error(const std::string& what, int code) {
  return error(ErrorKind::Unavailable, what + ": " + ldap_err2string(code));
}

void tune(LDAP* handle) {
  int fd = -1;
  Sockbuf* socket_buffer = nullptr;
  ldap_get_option(handle, LDAP_OPT_DESC, &fd);
  ldap_get_option(handle, LDAP_OPT_SOCKBUF, &socket_buffer);
  const int buffer_bytes = 4 * 1024 * 1024;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  ber_sockbuf_add_io(socket_buffer, &ber_sockbuf_io_readahead, LBER_SBIOD_LEVEL_PROVIDER + 5, nullptr);
}

// Waits for the whole answer of one search and takes the cookie of its next page out of it.
Result<std::string> read_page(LDAP* handle, int id, const LdapConnection::PageSink& page) {
  LDAPMessage* raw = nullptr;
  timeval patient = patience;
  if (ldap_result(handle, id, LDAP_MSG_ALL, &patient, &raw) <= 0)
    return error(ErrorKind::Unavailable, "no answer to a search");
  const Message answer(raw);
  int code = LDAP_SUCCESS;
  LDAPControl** controls = nullptr;
  ldap_parse_result(handle, raw, &code, nullptr, nullptr, nullptr, &controls, 0);
  std::string next;
  berval cookie{0, nullptr};
  ber_int_t estimate = 0;
  LDAPControl* paged = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nullptr);
  if (paged != nullptr &&
      ldap_parse_pageresponse_control(handle, paged, &estimate, &cookie) == LDAP_SUCCESS) {
    next.assign(cookie.bv_val == nullptr ? "" : cookie.bv_val, cookie.bv_len);
    ber_memfree(cookie.bv_val);
  }
  ldap_controls_free(controls);
  if (code != LDAP_SUCCESS) return ldap_error("search", code);
  page(raw);
  return next;
}

}  // namespace

const std::vector<std::string>& LdapEntry::values(std::string_view name) const {
  static const std::vector<std::string> none;
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const LdapAttribute& a) { return iequals(a.name, name); });
  return found == attributes.end() ? none : found->values;
}

std::vector<char*> name_list(const std::vector<std::string>& names) {
  std::vector<char*> list;
  for (const std::string& name : names) list.push_back(const_cast<char*>(name.c_str()));
  if (!names.empty()) list.push_back(nullptr);
  return list;
}

Result<std::unique_ptr<LdapConnection>> LdapConnection::open(const LdapTarget& target) {
  LDAP* handle = nullptr;
  int code = ldap_initialize(&handle, target.uri.c_str());
  if (code != LDAP_SUCCESS) return ldap_error("ldap_initialize " + target.uri, code);
  std::unique_ptr<LdapConnection> connection(new LdapConnection(handle));
  const int version = LDAP_VERSION3;
  timeval patient = patience;
  ldap_set_option(handle, LDAP_OPT_PROTOCOL_VERSION, &version);
  ldap_set_option(handle, LDAP_OPT_TIMEOUT, &patient);
  ldap_set_option(handle, LDAP_OPT_NETWORK_TIMEOUT, &patient);
  ldap_set_option(handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
  berval password{target.password.size(), const_cast<char*>(target.password.data())};
  code = ldap_sasl_bind_s(handle, target.bind_dn.c_str(), LDAP_SASL_SIMPLE, &password, nullptr, nullptr,
                          nullptr);
  if (code != LDAP_SUCCESS) return ldap_error("bind as " + target.bind_dn, code);
  tune(handle);
  return connection;
}

LdapConnection::~LdapConnection() {
  ldap_unbind_ext(handle_, nullptr, nullptr);
}

int LdapConnection::descriptor() const {
  int fd = -1;
  ldap_get_option(handle_, LDAP_OPT_DESC, &fd);
  return fd;
}

Result<> LdapConnection::search_pages(const LdapQuery& query, int page_size, const PageSink& page) {
  std::vector<char*> names = name_list(query.attributes);
  std::string cookie;
  do {
    berval position{cookie.size(), cookie.data()};
    LDAPControl* paged = nullptr;
    ldap_create_page_control(handle_, page_size, cookie.empty() ? nullptr : &position, 1, &paged);
    LDAPControl* controls[] = {paged, nullptr};
    int id = 0;
    const int code = ldap_search_ext(handle_, query.base.c_str(), query.scope, query.filter.c_str(),
                                     names.empty() ? nullptr : names.data(), 0, controls, nullptr, nullptr,
                                     LDAP_NO_LIMIT, &id);
    ldap_control_free(paged);
    if (code != LDAP_SUCCESS) return ldap_error("search", code);
    auto next = read_page(handle_, id, page);
    if (!next) return next.error();
    cookie = *next;
  } while (!cookie.empty());
  return {};
}

Result<std::vector<LdapEntry>> LdapConnection::search(const LdapQuery& query) {
  std::vector<LdapEntry> entries;
  auto done = search_pages(query, 1000, [&](LDAPMessage* page) {
    for (LDAPMessage* m = ldap_first_entry(handle_, page); m != nullptr; m = ldap_next_entry(handle_, m))
      entries.push_back(to_entry(handle_, m));
  });
  if (!done) return done.error();
  return entries;
}

LdapEntry to_entry(LDAP* handle, LDAPMessage* message) {
  LdapEntry entry;
  if (char* dn = ldap_get_dn(handle, message)) {
    entry.dn = dn;
    ldap_memfree(dn);
  }
  BerElement* position = nullptr;
  for (char* name = ldap_first_attribute(handle, message, &position); name != nullptr;
       name = ldap_next_attribute(handle, message, position)) {
    LdapAttribute attribute{name, {}};
    const BerValues values(ldap_get_values_len(handle, message, name));
    for (berval** v = values.values; v != nullptr && *v != nullptr; ++v)
      attribute.values.emplace_back((*v)->bv_val, (*v)->bv_len);
    entry.attributes.push_back(std::move(attribute));
    ldap_memfree(name);
  }
  if (position != nullptr) ber_free(position, 0);
  return entry;
}

}  // namespace dirbridge::bench
