#include "mapping/login_name.hpp"

#include "mapping/naming.hpp"
#include "mapping/value_limits.hpp"

namespace dirbridge::mapping {

bool has_bad_characters(std::string_view login) {
  return login.find_first_of("#/?") != std::string_view::npos;
}

Result<std::string> login_name(const Rules& rules, std::string_view user_name) {
  auto login = rules.user_options.name_rules.apply(user_name);
  if (!login) return error(login.error().kind, login.error().detail, "userName");
  if (auto usable = check_name(*login, "userName"); !usable) return usable.error();
  if (auto fits = check_length({rules.user_naming_attribute, *login}, "userName"); !fits) return fits.error();
  if (auto fits = check_fits(rules.login_limits, *login, "userName"); !fits) return fits.error();
  if (rules.user_options.bad_characters == BadCharacters::Refuse && has_bad_characters(*login))
    return error(ErrorKind::InvalidValue,
                 "the login name " + *login + " has one of #, / and ?, which this connection refuses",
                 "userName");
  return login;
}

}  // namespace dirbridge::mapping
