#pragma once
// Commands about one connection that is named on the command line.
#include <functional>
#include <string>

#include "daemon/commands/open_connection.hpp"

namespace CLI {
class App;
}

namespace dirbridge::daemon {

// What they all have; a command's own options outlive the parse.
struct ConnectionOptions {
  std::string config;
  std::string connection;
  bool json = false;
};

// Gives the exit code.
using ConnectionWork = std::function<int(const config::Config&, const OpenConnection&)>;

// The command opens the connection, with its name as the cause of what it changes, and lets `work` answer.
CLI::App* add_connection_command(CLI::App& app, int& exit_code, const std::string& name,
                                 const std::string& help, ConnectionOptions& options,
                                 const ConnectionWork& work);

}  // namespace dirbridge::daemon
