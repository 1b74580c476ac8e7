#pragma once
// The command line: each command is a file of this folder that adds itself to the application, and that alone
// knows its options. A command sets the exit code: 0 done, 1 the answer is no or it failed, 2 wrong usage.
#include <string>

#include "config/loader.hpp"

namespace CLI {
class App;
}

namespace dirbridge::daemon {

int run_command_line(int argc, char** argv);

void add_serve_command(CLI::App& app, int& exit_code);
void add_reload_command(CLI::App& app, int& exit_code);
void add_check_command(CLI::App& app, int& exit_code);
void add_config_command(CLI::App& app, int& exit_code);
void add_slapd_command(CLI::App& app, int& exit_code);
void add_token_command(CLI::App& app, int& exit_code);
void add_atlassian_settings_command(CLI::App& app, int& exit_code);
void add_healthcheck_command(CLI::App& app, int& exit_code);
void add_try_regex_command(CLI::App& app, int& exit_code);
void add_held_command(CLI::App& app, int& exit_code);
void add_audit_command(CLI::App& app, int& exit_code);
void add_history_command(CLI::App& app, int& exit_code);
void add_plan_command(CLI::App& app, int& exit_code);
void add_apply_command(CLI::App& app, int& exit_code);

// --config FILE / -c, else what DIRBRIDGE_CONFIG in the environment names, else
// /etc/dirbridge/dirbridge.json. `path` must outlive the parse.
void add_config_option(CLI::App& command, std::string& path);
// The configuration, or nullopt after all its problems were printed on standard error.
std::optional<config::Config> load_or_explain(const std::string& path);
// Prints all problems of a configuration on standard error.
void explain(const std::string& path, const config::Problems& problems);
// The directory of that name, or the only one when `name` is empty.
Result<const config::DirectoryConfig*> find_directory(const config::Config& config, const std::string& name);
// NotFound names those that are configured.
Result<const config::ConnectionConfig*> find_connection(const config::Config& config,
                                                        const std::string& name);

}  // namespace dirbridge::daemon
