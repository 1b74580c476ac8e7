#pragma once
// Renames that a crash or an outage has interrupted: the entry still has dirbridgeAlias. Each is taken back
// where the record was not written, and groups name the entry by the DN that it has then. The caller holds no
// keys.
#include "provision/context.hpp"

namespace dirbridge::provision {

Result<> finish_renames(const Context& context, Deadline deadline);

// Those that hold this name. False: there is none.
Result<bool> finish_renames_of(const Context& context, const directory::Dn& name, Deadline deadline);

}  // namespace dirbridge::provision
