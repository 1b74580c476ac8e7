#include "doctor/check.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/commands/commands.hpp"

namespace dirbridge::daemon {
namespace {

constexpr std::chrono::minutes per_directory{2};

struct Options {
  std::string config;
  std::string directory;
};

bool print(const std::vector<doctor::Finding>& findings) {
  for (const auto& finding : findings) std::cout << to_string(finding) << '\n';
  std::cout.flush();
  return !doctor::has_problem(findings);
}

int check(const Options& options, const config::Config& config) {
  if (!options.directory.empty() && !choose_directory(config, options.directory)) return 1;
  log::set_level(log::Level::Error);  // what the pool would log is in the findings
  bool good = print(doctor::check_config(config));
  for (const auto& [name, directory] : config.directories) {
    if (!options.directory.empty() && name != options.directory) continue;
    good &= print(doctor::check_directory(name, directory, deadline_in(per_directory)));
  }
  return good ? 0 : 1;
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  auto* command =
      app.add_subcommand("check", "Report what is wrong with the configuration and the directory");
  command->footer(
      "Every finding is one line: ok, warning, problem or unknown, what it is about, and what to do. The "
      "exit code is 1\n"
      "when there is a problem, else 0. The directory is read as the bridge's account, and, when "
      "\"atlassian\" is\n"
      "configured, as the account of Jira and the others. Nothing is changed, but for a probe entry below "
      "bridge_base that\n"
      "is removed at once. Indexes, limits and overlays are known for certain only if the bridge's account "
      "may read\n"
      "cn=config; otherwise they are measured, or reported as unknown.");
  add_config_option(*command, options->config);
  command->add_option("-d,--directory", options->directory, "Check only this directory")->type_name("NAME");
  command->callback([options, &exit_code] {
    const auto config = load_or_explain(options->config);
    exit_code = config ? check(*options, *config) : 1;
  });
}

}  // namespace dirbridge::daemon
