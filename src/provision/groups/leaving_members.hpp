#pragma once
// Members leave a group, whatever is asked for beside it (design rule 15): what of a request takes members
// away, and what is told when not even that could be done. Pure functions.
#include <span>
#include <vector>

#include "mapping/group_entry.hpp"
#include "scim/patch.hpp"

namespace dirbridge::provision {

// The operations on members, in order; of these, those that take members away.
std::vector<scim::PatchOperation> on_members(std::span<const scim::PatchOperation> operations);
std::vector<scim::PatchOperation> removals_among(std::span<const scim::PatchOperation> operations);

bool takes_away(const mapping::MemberDelta& delta);

// Nobody comes any more; false: nobody leaves either.
bool only_leaves(mapping::MemberDelta& delta);

// `refused`: all of it, for its content; `failed`: the removal alone. A client repeats what could not be done
// for the time being, and nothing else.
const Error& the_one_to_tell(const Error& refused, const Error& failed);

}  // namespace dirbridge::provision
