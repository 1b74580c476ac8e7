#pragma once
// The read-only `groups` of users (RFC 7643 4.1.2): the groups of the connection that list them, and the
// groups that list those. Looked up by `member`: no overlay need be there.
#include <span>
#include <vector>

#include <boost/json/array.hpp>

#include "provision/context.hpp"

namespace dirbridge::provision {

// One array for each user, in order; value, display and type of each group, direct ones first. One search for
// each user and, where groups are members of groups, one for each group; all of a level in flight together.
Result<std::vector<boost::json::array>> groups_of(const Context& context,
                                                  std::span<const directory::Dn> users, Deadline deadline);

}  // namespace dirbridge::provision
