#include "slapd/options.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace dirbridge::slapd {
namespace {

// Values are written into quoted ACL clauses and shell files, so quotes and escapes stay out.
bool plain_text(std::string_view text) {
  return !text.empty() && is_ascii(text) && !has_control(text) &&
         text.find_first_of("\"'\\") == std::string_view::npos;
}

Result<> check_suffix(std::string_view suffix) {
  const std::array<std::string_view, 3> known{"dc=", "o=", "ou="};
  const bool good = plain_text(suffix) && trim(suffix) == suffix && suffix.back() != '=' &&
                    std::any_of(known.begin(), known.end(),
                                [&](std::string_view prefix) { return istarts_with(suffix, prefix); });
  if (good) return {};
  return error(
      ErrorKind::InvalidValue,
      "the suffix must be a plain ASCII DN that begins with dc=, o= or ou=, such as dc=example,dc=org",
      "suffix");
}

Result<> check_password(const Secret& password, const char* field) {
  const std::string& text = password.reveal();
  if (text.empty() || (plain_text(text) && text.find(' ') == std::string::npos)) return {};
  return error(ErrorKind::InvalidValue,
               "a password must be printable ASCII without blanks, quotes and backslashes", field);
}

}  // namespace

Result<Names> names_of(const Options& options) {
  if (auto ok = check_suffix(options.suffix); !ok) return ok.error();
  if (!plain_text(options.placeholder) || options.placeholder.find('=') == std::string::npos) {
    return error(ErrorKind::InvalidValue, "the placeholder member must be a plain ASCII DN", "placeholder");
  }
  if (auto ok = check_password(options.admin_password, "admin_password"); !ok) return ok.error();
  if (auto ok = check_password(options.bridge_password, "bridge_password"); !ok) return ok.error();
  if (auto ok = check_password(options.reader_password, "reader_password"); !ok) return ok.error();
  const std::string& suffix = options.suffix;
  const std::string services = "ou=services," + suffix;
  return Names{.suffix = suffix,
               .user_base = "ou=people," + suffix,
               .group_base = "ou=groups," + suffix,
               .bridge_base = "ou=dirbridge," + suffix,
               .service_base = services,
               .admin_dn = "cn=admin," + suffix,
               .bridge_dn = "cn=dirbridge," + services,
               .reader_dn = "cn=reader," + services,
               .policy_dn = "cn=default-policy," + services};
}

}  // namespace dirbridge::slapd
