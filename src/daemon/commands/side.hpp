#pragma once
// What the commands that look into the directory for one or all connections have in common.
#include <functional>
#include <string>

#include "daemon/connection_side.hpp"
#include "provision/resources.hpp"

namespace dirbridge::daemon {

// A connection with everything that its operations need.
struct OpenConnection {
  ConnectionSide& side;
  provision::Resources& users;
  provision::Resources& groups;
};

// Calls `work` for the connection of that name, or for each when `name` is empty. False after a reason was
// printed: no such connection, a secret that cannot be read.
bool for_connections(const Config& config, const std::string& name,
                     const std::function<void(const OpenConnection&)>& work);

// "command held approve (root)": the cause of what a command changes.
std::string cause_of_command(const std::string& command);

}  // namespace dirbridge::daemon
