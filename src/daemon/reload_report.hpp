#pragma once
// What became of a reload, as a value for whoever asked for it, and in the log. Quick.
#include <string>
#include <vector>

#include "config/config.hpp"
#include "operate/reloaded.hpp"

namespace dirbridge::daemon {

// `waiting`: JSON paths of what takes effect at a restart only. `path`: of the file.
operate::Reloaded report_reloaded(const std::string& path, const config::Config& before,
                                  const config::Config& now, const std::vector<std::string>& waiting);

// Everything is as it was.
operate::Reloaded report_refused(const std::string& path, const std::vector<std::string>& why);

}  // namespace dirbridge::daemon
