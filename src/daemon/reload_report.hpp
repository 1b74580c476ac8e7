#pragma once
// What became of a reload, in words: lines for whoever asked for it, and the same in the log. Quick.
#include <string>
#include <vector>

#include "config/config.hpp"
#include "operate/command_call.hpp"

namespace dirbridge::daemon {

// `waiting`: JSON paths of what takes effect with a restart only. `path`: of the file.
operate::CommandOutcome report_reloaded(const std::string& path, const config::Config& before,
                                        const config::Config& now, const std::vector<std::string>& waiting);

// Everything is as it was.
operate::CommandOutcome report_refused(const std::string& path, const std::vector<std::string>& why);

}  // namespace dirbridge::daemon
