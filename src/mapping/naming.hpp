#pragma once
// Names that readers must be able to use as they are (reference: Atlassian directories, user and group
// names).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "directory/entry.hpp"
#include "mapping/name_limits.hpp"

namespace dirbridge::mapping {

// Of a text in UTF-8.
std::size_t characters(std::string_view utf8);

// InvalidValue naming `field` when the text cannot be a user or group name.
Result<> check_name(std::string_view text, std::string_view field);

// The same when it is too long to name an entry. OpenLDAP keeps the name of an entry twice, as written and as
// compared, in one key of 511 bytes, and answers `other` beyond that, for ever.
inline constexpr std::size_t longest_rdn = 245;  // bytes
Result<> check_length(const directory::Rdn& name, std::string_view field);

// The same when the attribute cannot hold it.
Result<> check_fits(const NameLimits& limits, std::string_view text, std::string_view field);

// Whether two directory groups have one name, wherever they are: one entry of a name is below the group base.
bool same_name(const directory::Dn& a, const directory::Dn& b);
bool names_any(const std::vector<directory::Dn>& groups, const directory::Dn& group);

// Readers skip an attribute with control characters, and directories trim blanks: show what both agree on.
std::string printable(std::string_view value);

// The name with another value of one of its attributes; a new name when it has no such attribute.
directory::Rdn renamed(const directory::Rdn& today, std::string_view attribute, std::string_view name);

// Where an entry with this name must be: below `base`, or where today's entry is.
directory::Dn place(const std::optional<directory::Entry>& current, const directory::Dn& base,
                    std::string_view naming_attribute, std::string_view name);

}  // namespace dirbridge::mapping
