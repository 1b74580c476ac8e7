#pragma once
// The name by which Atlassian products know a user. Pure functions.
#include <string>
#include <string_view>

#include "mapping/rules.hpp"

namespace dirbridge::mapping {

// The login name of a userName. InvalidValue naming userName: a name rule has no result, or the result has
// a blank at an edge, a control character, over 255 characters, or characters that the connection refuses.
Result<std::string> login_name(const Rules& rules, std::string_view user_name);

// One of #, / and ?, which Confluence cannot cope with in a name.
bool has_bad_characters(std::string_view login);

}  // namespace dirbridge::mapping
