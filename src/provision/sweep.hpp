#pragma once
// Finishes what a crash left half-way (design rule 1): renames whose groups still hold two names, and pending
// members that have arrived. Run before serving and now and then; finding nothing costs three index look-ups
// (by presence: schema/README.md).
#include "provision/context.hpp"

namespace dirbridge::provision {

Result<> sweep(const Context& context, Deadline deadline);

}  // namespace dirbridge::provision
