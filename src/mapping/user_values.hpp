#pragma once
// What an entry shows of a user: the values of its attributes, by inetOrgPerson (RFC 2798), by the
// administrator's rules, and beside what was there before the bridge. Pure functions.
#include <optional>
#include <string>
#include <vector>

#include "mapping/adoption.hpp"
#include "mapping/record.hpp"
#include "mapping/rules.hpp"

namespace dirbridge::mapping {

using Login = std::optional<std::string>;  // none: the entry keeps that which it has

// RFC 4519 2.32: a person has a surname, and a name. Derived where the identity provider sends none; never
// shown over SCIM.
enum class Derive { No, Yes };

// What an entry named so shows of the user. Errors: those of value_of().
Result<Goals> description(const Rules& rules, const json::object& content, const Login& login,
                          const directory::Rdn& name, Derive derive);
// The same beside what was there before the bridge. `current`: today's home.
Result<Goals> description_for(const Rules& rules, const json::object& content, const Login& login,
                              const directory::Rdn& name, const std::optional<directory::Entry>& current);
// Of an entry that is there, and is not described otherwise.
Goals login_for(const Rules& rules, const Login& login, const directory::Rdn& name,
                const directory::Entry& current);

// What the bridge wrote to the entry that was for the identity provider; nothing when it wrote nothing.
Goals written_before(const Rules& rules, const directory::Entry& current, Derive derive = Derive::No);

// What a user has and an entry cannot show, since its attributes hold less than any text.
struct Unshown {
  std::string field;  // as SCIM names it
  std::string value;
  std::string reason;
};
std::vector<Unshown> unshown(const json::object& content);

}  // namespace dirbridge::mapping
