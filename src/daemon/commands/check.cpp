#include "doctor/check.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/commands/answer.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/text/finding.hpp"

namespace dirbridge::daemon {
namespace {

constexpr std::chrono::minutes per_directory{2};

struct CheckOptions {
  std::string config;
  std::string directory;
  bool json = false;
};

// Says each finding when it is there, or all of them in the end: a directory that is away takes its time.
class Report {
 public:
  explicit Report(bool json) : json_(json) {}

  void add(const std::vector<doctor::Finding>& findings) {
    all_.insert(all_.end(), findings.begin(), findings.end());
    if (json_) return;
    for (const auto& finding : findings) std::cout << to_text(finding) << '\n';
    std::cout.flush();
  }
  int finish() const {
    if (json_) print_json(doctor::to_json(all_));
    return doctor::has_problem(all_) ? 1 : 0;
  }

 private:
  const bool json_;
  std::vector<doctor::Finding> all_;
};

int check(const CheckOptions& options) {
  const auto config = config::load_config(options.config);
  if (!config) {
    explain(options.config, config.error());
    if (options.json) print_json(doctor::to_json(doctor::findings_of(config.error())));
    return 1;
  }
  if (!options.directory.empty())
    if (auto known = find_directory(*config, options.directory); !known)
      return fail(options.json, known.error());
  log::set_level(log::Level::Error);  // what the pool would log is in the findings
  Report report(options.json);
  report.add(doctor::check_config(*config));
  for (const auto& [name, directory] : config->directories) {
    if (!options.directory.empty() && name != options.directory) continue;
    report.add(doctor::check_directory(name, directory, deadline_in(per_directory)));
  }
  return report.finish();
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<CheckOptions>();
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
  add_json_option(*command, options->json);
  command->callback([options, &exit_code] { exit_code = check(*options); });
}

}  // namespace dirbridge::daemon
