#include "ldap/endpoint.hpp"

#include <ldap.h>

#include <memory>

namespace dirbridge::ldap {

namespace {

constexpr const char* default_local_socket = "/run/slapd/ldapi";

struct FreeUrl {
  void operator()(LDAPURLDesc* url) const { ldap_free_urldesc(url); }
};

std::string_view text_of(const char* text) {
  return text ? std::string_view(text) : std::string_view();
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view uri) {
  const auto bad = [&](std::string_view why) {
    return error(ErrorKind::InvalidValue,
                 "not an LDAP URI of a server: " + std::string(why) + ": " + std::string(uri));
  };
  LDAPURLDesc* raw = nullptr;
  if (ldap_url_parse(std::string(uri).c_str(), &raw) != LDAP_URL_SUCCESS)
    return bad("it must be ldap://, ldaps:// or ldapi://");
  const std::unique_ptr<LDAPURLDesc, FreeUrl> url(raw);
  if (!text_of(url->lud_dn).empty() || url->lud_attrs || url->lud_exts)
    return bad("a base, attributes or extensions do not belong here");

  Endpoint endpoint;
  endpoint.uri = std::string(uri);
  endpoint.host = std::string(text_of(url->lud_host));
  const auto scheme = text_of(url->lud_scheme);
  if (scheme == "ldapi") {
    endpoint.kind = Endpoint::Kind::Local;
    if (endpoint.host.empty()) endpoint.host = default_local_socket;
    return endpoint;
  }
  if (scheme != "ldap" && scheme != "ldaps") return bad("it must be ldap://, ldaps:// or ldapi://");
  endpoint.kind = scheme == "ldaps" ? Endpoint::Kind::Tls : Endpoint::Kind::Plain;
  if (endpoint.host.empty()) return bad("the host is missing");
  endpoint.port = url->lud_port != 0 ? url->lud_port : (scheme == "ldaps" ? LDAPS_PORT : LDAP_PORT);
  if (endpoint.port < 1 || endpoint.port > 65'535) return bad("the port is not between 1 and 65535");
  return endpoint;
}

}  // namespace dirbridge::ldap
