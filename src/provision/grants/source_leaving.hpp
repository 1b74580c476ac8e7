#pragma once
// A member leaves many source groups at once: as by a change of each (source_change.hpp), with one note for
// all, and everything that is independent in flight together.
#include <span>
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::provision {

// `groups`: records that list the member. The caller holds the member's id. One result each, in order;
// Conflict: its directory groups changed meanwhile, it was not left.
std::vector<Result<>> leave_sources(const Context& context, std::span<const directory::Entry> groups,
                                    const directory::Dn& member, Deadline deadline);

// The task of bringing a member in or out of the record of a source group. Conflict: it has other directory
// groups by now than those that were prepared. All that is given outlives it.
sync::Task writing_member(const Context& context, const directory::Dn& record,
                          const std::vector<directory::Dn>& targets,
                          const std::vector<sync::AttributeGoal>& goals);

std::vector<sync::AttributeGoal> without_member(const Context& context, const directory::Dn& member);

}  // namespace dirbridge::provision
