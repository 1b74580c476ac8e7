#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <new>
#include <system_error>

#include "base/text.hpp"
#include "daemon/commands/answer.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/version.hpp"

namespace dirbridge::daemon {
namespace {

constexpr auto description =
    "dirbridge keeps the LDAP directory that Atlassian products read in step with an identity provider.\n"
    "It takes SCIM 2.0 requests and turns them into LDAP entries and group memberships.";

constexpr auto about =
    "A first run:\n"
    "  dirbridge check                    is the configuration right, and the directory ready?\n"
    "  dirbridge token new CONNECTION     the bearer token to paste into the identity provider\n"
    "  dirbridge serve                    run the bridge\n"
    "  dirbridge atlassian-settings       what to type into Jira's or Confluence's LDAP form\n"
    "`dirbridge COMMAND --help` explains each command.";

using AddCommand = void (*)(CLI::App&, int&);
constexpr AddCommand commands[] = {
    add_serve_command,       add_check_command,     add_token_command, add_atlassian_settings_command,
    add_healthcheck_command, add_slapd_command,     add_held_command,  add_audit_command,
    add_history_command,     add_try_regex_command, add_plan_command,  add_apply_command,
    add_reload_command,      add_config_command};

template <class Named>
std::string configured(const Named& all) {
  std::vector<std::string> names;
  for (const auto& [name, value] : all) names.push_back(name);
  return "; configured: " + join(names, ", ");
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app(description, "dirbridge");
  app.footer(about);
  app.set_version_flag("--version,-V", "dirbridge " + std::string(version()), "Print the version and exit");
  app.set_help_all_flag("--help-all", "Print the help of every command and exit");
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  int exit_code = 0;
  for (const auto add : commands) add(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  } catch (const std::bad_alloc&) {
    std::cerr << "dirbridge: not enough memory: raise the memory limit of the process\n";
    return 1;
  } catch (const std::system_error& e) {
    std::cerr << "dirbridge: " << e.what() << ": raise the limits of memory and threads of the process\n";
    return 1;
  }
  return exit_code;
}

void add_config_option(CLI::App& command, std::string& path) {
  const char* const named = std::getenv("DIRBRIDGE_CONFIG");  // NOLINT(concurrency-mt-unsafe): one thread
  path = named && *named ? named : "/etc/dirbridge/dirbridge.json";
  command
      .add_option(
          "-c,--config", path,
          "The configuration file; without it the one that the environment variable DIRBRIDGE_CONFIG names")
      ->type_name("FILE")
      ->capture_default_str();
}

std::optional<config::Config> load_or_explain(const std::string& path) {
  return load_or_fail(path, false);
}

void explain(const std::string& path, const config::Problems& problems) {
  const auto& list = problems.list;
  std::cerr << path << ": " << list.size() << (list.size() == 1 ? " problem" : " problems") << '\n';
  for (const auto& problem : list) std::cerr << "  " << to_string(problem) << '\n';
}

Result<const config::DirectoryConfig*> find_directory(const config::Config& config, const std::string& name) {
  const auto& directories = config.directories;
  if (name.empty() && directories.size() == 1) return &directories.begin()->second;
  if (const auto found = directories.find(name); found != directories.end()) return &found->second;
  return error(ErrorKind::NotFound,
               (name.empty() ? "Say which one by --directory" : "There is no directory \"" + name + "\"") +
                   configured(directories));
}

Result<const config::ConnectionConfig*> find_connection(const config::Config& config,
                                                        const std::string& name) {
  const auto& connections = config.connections;
  if (const auto found = connections.find(name); found != connections.end()) return &found->second;
  return error(ErrorKind::NotFound, "There is no connection \"" + name + "\"" + configured(connections));
}

}  // namespace dirbridge::daemon
