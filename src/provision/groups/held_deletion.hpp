#pragma once
// The deletion of a user or of a group that is over the budget: over SCIM the resource is gone, and what
// readers see stays, until an administrator decides. The caller holds the id. `home` is the search for the
// home of the resource by its DN.
#include <string>
#include <string_view>
#include <vector>

#include "provision/store/stored.hpp"

namespace dirbridge::provision {

Result<> hold_deletion(const Context& context, const directory::SearchRequest& home,
                       const Precondition& precondition, const std::string& reason, Deadline deadline);

// An administrator has said no: what readers see is kept for good.
Result<> reject_deletion(const Context& context, const directory::SearchRequest& home,
                         const Precondition& precondition, Deadline deadline);

// The home of a resource about which one of these values of dirbridgeHeld waits; that of a deleted one as
// well. NotFound: none does.
Result<directory::Entry> find_waiting(const Context& context, const scim::ResourceType& type,
                                      std::string_view id, const std::vector<std::string_view>& waiting,
                                      std::vector<std::string> attributes, Deadline deadline);

}  // namespace dirbridge::provision
