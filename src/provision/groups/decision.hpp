#pragma once
// What an administrator decides about removals of a group that wait: its deletion, members that are to leave
// a directory group of it, or its own members (Decider). Only what was read is decided on: a change meanwhile
// is an error, and the next look shows it.
#include <string_view>

#include "provision/groups/update.hpp"

namespace dirbridge::provision {

Result<> decide_group(const Context& context, GroupUpdate& update, std::string_view id,
                      sync::Decision decision, Deadline deadline);

}  // namespace dirbridge::provision
