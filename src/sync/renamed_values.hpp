#pragma once
// A rename takes the values of the old name from the entry and puts those of the new one behind all others,
// also where both are the same. Readers take the first value of a login name. Pure functions.
#include <string>
#include <vector>

#include "directory/change.hpp"
#include "directory/entry.hpp"

namespace dirbridge::sync {

// Whether one of the names is made of the attribute.
bool names(const directory::Rdn& from, const directory::Rdn& to, std::string_view attribute);

// What is left of the attributes that were read.
directory::Attributes after_rename(directory::Attributes today, const directory::Rdn& from,
                                   const directory::Rdn& to);

// What gives the values of an attribute of the name their order again, value by value: those that others add
// at the same time stay.
std::vector<directory::Modification> put_in_order(const std::string& attribute,
                                                  const directory::Attributes& today,
                                                  const directory::Rdn& from, const directory::Rdn& to);

}  // namespace dirbridge::sync
