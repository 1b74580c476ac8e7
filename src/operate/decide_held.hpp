#pragma once
// What an administrator decides about removals that wait: made now, or never. Blocks.
#include <string>

#include "operate/command_call.hpp"
#include "provision/context.hpp"
#include "provision/upkeep/held_removals.hpp"

namespace dirbridge::operate {

// "ann", "devs: 3 members"
std::string name_of(const provision::HeldRemoval& one);

enum class HeldDecision { Approve, Reject };

// About everything of the connection that waits, or about one user or group by its id.
CommandOutcome decide_held(const provision::Context& context, HeldDecision decision, const std::string& id);

}  // namespace dirbridge::operate
