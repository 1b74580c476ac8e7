#pragma once
// What an administrator decides about removals that wait: made now, or never. Blocks.
#include <string>

#include "operate/command_outcome.hpp"
#include "provision/context.hpp"

namespace dirbridge::operate {

// About everything of the connection that waits, or about one user or group by its id.
CommandOutcome decide_held(const provision::Context& context, HeldDecision decision, const std::string& id);

}  // namespace dirbridge::operate
