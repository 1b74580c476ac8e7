#pragma once
// Entries as the history looks at them: with the bridge's attributes that say what they are.
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::operate {

// Nothing where the base is not there. Errors are those of the directory.
Result<std::vector<directory::Entry>> entries_at(const provision::Context& context, const directory::Dn& base,
                                                 directory::Scope scope, const directory::Filter& filter,
                                                 Deadline deadline);
Result<std::vector<directory::Entry>> entries_below(const provision::Context& context,
                                                    const directory::Dn& base,
                                                    const directory::Filter& filter, Deadline deadline);

}  // namespace dirbridge::operate
