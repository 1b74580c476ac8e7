#pragma once
// Names that readers must be able to use as they are (reference: Atlassian directories, user and group
// names).
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "directory/entry.hpp"
#include "mapping/name_limits.hpp"

namespace dirbridge::mapping {

// InvalidValue naming `field` when the text cannot be a user or group name.
Result<> check_name(std::string_view text, std::string_view field);

// The same when the attribute cannot hold it.
Result<> check_fits(const NameLimits& limits, std::string_view text, std::string_view field);

// Readers skip an attribute with control characters, and directories trim blanks: show what both agree on.
std::string printable(std::string_view value);

// The name with another value of one of its attributes; a new name when it has no such attribute.
directory::Rdn renamed(const directory::Rdn& today, std::string_view attribute, std::string_view name);

// Where an entry with this name must be: below `base`, or where today's entry is.
directory::Dn place(const std::optional<directory::Entry>& current, const directory::Dn& base,
                    std::string_view naming_attribute, std::string_view name);

}  // namespace dirbridge::mapping
