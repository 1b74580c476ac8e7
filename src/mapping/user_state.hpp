#pragma once
// Whether a user is disabled, deleted, adopted, and where it is at home: as its home says, and as the options
// of the connection want it. Pure functions. `current` is today's home, entry or record.
#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

#include "directory/entry.hpp"
#include "mapping/held.hpp"
#include "mapping/rules.hpp"

namespace dirbridge::mapping {

bool is_disabled(const directory::Attributes& home);
bool is_deleted(const directory::Attributes& home);
// Deleted, and nothing holds back what follows from that.
bool is_gone(const directory::Attributes& home);
bool is_adopted(const directory::Attributes& home);
// Disabled by the identity provider, which waits for an administrator or was rejected.
bool is_kept_active(const directory::Attributes& home);
// Who is disabled is locked as well, beside the mark.
bool has_locks(const Rules& rules);
// Its memberships are not shown in the directory's groups.
bool is_stripped(const Rules& rules, const directory::Attributes& home);
// The home is a record: products do not see the user.
bool is_record(const Rules& rules, const directory::Dn& home);

bool becomes_disabled(const Rules& rules, const boost::json::object& content,
                      const std::optional<directory::Entry>& current);
bool becomes_record(const Rules& rules, const boost::json::object& content,
                    const std::optional<directory::Entry>& current);

// A record's place, and that of what holds all records of the connection.
directory::Dn record_dn(const Rules& rules, std::string_view user_name);
directory::Dn records_dn(const Rules& rules);

}  // namespace dirbridge::mapping
