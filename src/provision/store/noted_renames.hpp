#pragma once
// Renames that a crash or an outage has interrupted: the entry still has dirbridgeAlias. Each is taken back
// where the record was not written, and groups name the entry by the DN that it has then. The caller holds no
// keys.
#include <string_view>
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::provision {

// Gives a resource the name that its record says. The caller holds its id.
using Restore = Result<>(const Context&, std::string_view id, Deadline);

// The entries of this type that have noted one.
Result<std::vector<directory::Entry>> noted_renames(const Context& context, const scim::ResourceType& type,
                                                    Deadline deadline);
Result<> finish_rename(const Context& outer, const directory::Entry& entry, Restore* restore,
                       Deadline deadline);
// Those that hold this name. False: there is none.
Result<bool> finish_renames_of(const Context& context, const scim::ResourceType& type,
                               const directory::Dn& name, Restore* restore, Deadline deadline);

}  // namespace dirbridge::provision
