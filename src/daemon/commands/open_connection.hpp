#pragma once
// What the commands that look into the directory for one or all connections have in common.
#include <functional>
#include <optional>
#include <string>

#include "operate/command_call.hpp"
#include "operate/connection_parts.hpp"

namespace dirbridge::daemon {

// A connection with everything that its operations need.
struct OpenConnection {
  operate::ConnectionParts& parts;
};

// Calls `work` for the connection of that name, or for each when `name` is empty. NotFound: no such
// connection; otherwise a secret that cannot be read, and those that come after it were not worked on.
Result<> for_connections(const config::Config& config, const std::string& name,
                         const std::function<void(const OpenConnection&)>& work);

// Lets the bridge that runs do it. nullopt: none does. Errors: one runs, and what became of it is not known.
Result<std::optional<operate::CommandOutcome>> run_by_bridge(const config::Config& config,
                                                             const OpenConnection& connection,
                                                             const operate::CommandCall& call);

// "command held approve (root)": the cause of what a command changes.
std::string cause_of_command(const std::string& command);

}  // namespace dirbridge::daemon
