#include "daemon/commands/one_connection.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "daemon/commands/answer.hpp"
#include "daemon/commands/commands.hpp"

namespace dirbridge::daemon {

namespace {

int run(const std::string& name, const ConnectionOptions& options, const ConnectionWork& work) {
  const auto config = load_or_fail(options.config, options.json);
  log::set_level(log::Level::Error);
  if (!config) return 1;
  const log::RequestScope cause(cause_of_command(name));
  int exit_code = 1;
  const auto opened = for_connections(*config, options.connection, [&](const OpenConnection& connection) {
    exit_code = work(*config, connection);
  });
  std::cout.flush();
  return opened ? exit_code : fail(options.json, opened.error());
}

}  // namespace

CLI::App* add_connection_command(CLI::App& app, int& exit_code, const std::string& name,
                                 const std::string& help, ConnectionOptions& options,
                                 const ConnectionWork& work) {
  auto* command = app.add_subcommand(name, help);
  add_config_option(*command, options.config);
  command->add_option("connection", options.connection, "The connection")
      ->type_name("CONNECTION")
      ->required();
  add_json_option(*command, options.json);
  command->callback([name, work, &options, &exit_code] { exit_code = run(name, options, work); });
  return command;
}

}  // namespace dirbridge::daemon
