#pragma once
// `dirbridge check`: is the configuration sound, and is the directory ready for the bridge and for the
// Atlassian products? Each finding says what to do. Changes nothing outside bridge_base, where a probe entry
// is written and removed again. Not thread-safe.
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "config/loader.hpp"
#include "doctor/finding.hpp"

namespace dirbridge::doctor {

// What is wrong with a configuration that cannot be used.
std::vector<Finding> findings_of(const config::Problems& problems);
// What can be said without the network: files, secrets, tokens, risky settings.
std::vector<Finding> check_config(const config::Config& config);
// Everything about one directory, for the bridge's account and then for the products'.
std::vector<Finding> check_directory(const std::string& name, const config::DirectoryConfig& config,
                                     Deadline deadline);

}  // namespace dirbridge::doctor
