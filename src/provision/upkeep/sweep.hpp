#pragma once
// Finishes what a crash left half-way (design rule 1): renames whose groups still hold two names,
// resources with two homes, and pending members that have arrived. Then what is due: leads still to be handed
// over, deleted users whose time is up. Each of these has its share of the time, whatever comes of the
// others; what is not done by then is done by a later run. Run before serving and now and then; finding
// nothing costs a few index look-ups (by presence: schema/README.md).
#include "provision/context.hpp"

namespace dirbridge::provision {

class Drift;

// What failed, as one error. `drift` remembers which directory groups are right: without it all are compared
// with their grants.
Result<> sweep(const Context& context, Deadline deadline, Drift* drift = nullptr);

}  // namespace dirbridge::provision
