#include "daemon/ldap_uri.hpp"

#include <charconv>

#include "base/text.hpp"

namespace dirbridge::daemon {
namespace {

Error bad(std::string detail) {
  return error(ErrorKind::InvalidSyntax, std::move(detail));
}

Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (ec != std::errc() || end != text.data() + text.size() || port == 0) {
    return bad("the port is not a number from 1 to 65535");
  }
  return port;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Result<std::string> decode_socket_path(std::string_view text) {
  std::string path;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      path += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return bad("the socket's path has a broken %-escape");
    path += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (has_control(path)) return bad("the socket's path has a control character");
  return path;
}

Result<LdapUri> parse_ldapi(std::string_view rest) {
  if (rest.find('/') != std::string_view::npos) {
    return bad("the socket's path is written with %2F for each slash: ldapi://%2Frun%2Fslapd%2Fldapi");
  }
  auto path = decode_socket_path(rest);
  if (!path) return path.error();
  return LdapUri{LdapUri::Scheme::Ldapi, *path, 0};
}

Result<LdapUri> parse_host_and_port(LdapUri::Scheme scheme, std::string_view rest) {
  LdapUri uri{scheme, {}, static_cast<std::uint16_t>(scheme == LdapUri::Scheme::Ldaps ? 636 : 389)};
  std::string_view port;
  if (!rest.empty() && rest.front() == '[') {
    const auto close = rest.find(']');
    if (close == std::string_view::npos) return bad("the IPv6 address has no closing bracket");
    uri.host = rest.substr(1, close - 1);
    port = rest.substr(close + 1);
  } else {
    const auto colon = rest.find(':');
    uri.host = rest.substr(0, colon);
    if (colon != std::string_view::npos) port = rest.substr(colon);
  }
  if (uri.host.empty()) return bad("the host is missing");
  if (uri.host.find_first_of(" /?#@,") != std::string::npos) {
    return bad("only scheme, host and port are allowed; the base is configured as user_base and group_base");
  }
  if (port.empty()) return uri;
  if (port.front() != ':') return bad("unexpected text after the host");
  const auto number = parse_port(port.substr(1));
  if (!number) return number.error();
  uri.port = *number;
  return uri;
}

}  // namespace

bool LdapUri::is_loopback() const {
  return scheme == Scheme::Ldapi || iequals(host, "localhost") || host == "::1" ||
         host.substr(0, 4) == "127.";
}

Result<LdapUri> parse_ldap_uri(std::string_view text) {
  const auto mark = text.find("://");
  if (mark == std::string_view::npos)
    return bad("an LDAP URI looks like ldap://host:389, ldaps://host or ldapi:///");
  if (has_control(text)) return bad("the URI has a control character");
  const auto scheme = ascii_lower(text.substr(0, mark));
  auto rest = text.substr(mark + 3);
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  if (scheme == "ldapi") return parse_ldapi(rest);
  if (scheme == "ldap") return parse_host_and_port(LdapUri::Scheme::Ldap, rest);
  if (scheme == "ldaps") return parse_host_and_port(LdapUri::Scheme::Ldaps, rest);
  return bad("the scheme must be ldap, ldaps or ldapi");
}

}  // namespace dirbridge::daemon
