#pragma once
// The LDAP form of the Atlassian products for people, and as the products keep it. Pure functions.
#include <string>

#include "doctor/atlassian_form.hpp"

namespace dirbridge::daemon {

std::string to_text(const std::vector<doctor::FormField>& fields);
// One JSON object, a property on each line.
std::string properties_text(const std::vector<doctor::FormField>& fields);

}  // namespace dirbridge::daemon
