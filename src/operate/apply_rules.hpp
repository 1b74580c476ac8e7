#pragma once
// `dirbridge apply`, by whoever does it: converge.hpp, in words. Blocks.
#include "operate/command_call.hpp"
#include "provision/context.hpp"

namespace dirbridge::operate {

CommandOutcome apply_rules(const provision::Context& context);

}  // namespace dirbridge::operate
