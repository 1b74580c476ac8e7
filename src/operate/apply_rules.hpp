#pragma once
// `dirbridge apply`, by whoever does it: converge_all.hpp, as a value. Blocks.
#include "operate/command_outcome.hpp"
#include "provision/context.hpp"

namespace dirbridge::operate {

CommandOutcome apply_rules(const provision::Context& context);

}  // namespace dirbridge::operate
