#pragma once
// How the entry of a new user is named: by the login, or by what `user_rdn` says, which others may have as
// well. Pure functions.
#include <boost/json/object.hpp>
#include <string_view>
#include <vector>

#include "mapping/rules.hpp"

namespace dirbridge::mapping {

// The names that it may get, the wanted one first; each later one is for when those before it are taken.
// Never empty: the last one is the login's.
std::vector<directory::Rdn> names_for_entry(const Rules& rules, const boost::json::object& content,
                                            std::string_view login);

// A name that nobody else has, of one that somebody has: `cn=Ann Lee (ann)`.
directory::Rdn told_apart(const directory::Rdn& name, std::string_view login);

}  // namespace dirbridge::mapping
