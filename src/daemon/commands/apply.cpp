#include "operate/application.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/text.hpp"
#include "daemon/commands/answer.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/left_printer.hpp"
#include "daemon/commands/one_connection.hpp"
#include "daemon/commands/text/plan.hpp"
#include "operate/apply_rules.hpp"

namespace dirbridge::daemon {

namespace {

struct ApplyOptions : ConnectionOptions {
  bool yes = false;  // to what is taken away
};

// Whoever takes something away says so himself. A program is not asked.
bool is_meant(const ApplyOptions& options, const operate::Losses& losses) {
  if (!losses.any()) return true;
  if (!options.json)
    std::cout << "This " << in_words(losses) << ": see `dirbridge plan " << options.connection << "`.\n";
  if (options.yes) return true;
  if (!options.json && ::isatty(STDIN_FILENO) == 1) {
    std::cout << "Type yes to go on: " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    if (trim(answer) == "yes") return true;
  }
  std::cout.flush();
  std::cerr << "Nothing was changed. To go on without being asked, say --yes.\n";
  return false;
}

// By the bridge that runs, or here when none does.
operate::CommandOutcome do_apply(const config::Config& config, const OpenConnection& connection) {
  auto by_bridge =
      run_by_bridge(config, connection, {"apply", {}, cause_of_command("apply"), config.fingerprint});
  if (!by_bridge) return {{}, by_bridge.error().detail};
  return *by_bridge ? std::move(**by_bridge) : operate::apply_rules(connection.parts.context);
}

void print(const operate::Applied& applied) {
  std::cout << applied.users << " users and " << applied.groups << " groups looked at, " << applied.changed
            << " changed\n";
}

int apply(const ApplyOptions& options, const config::Config& config, const OpenConnection& connection) {
  const auto plan = operate::make_plan(config, connection.parts);
  if (!plan) return fail(options.json, plan.error());
  for (const auto& left : plan->left) print_left(left);
  operate::Application application(*plan);
  application.confirmed = is_meant(options, plan->losses);
  if (application.confirmed) application.outcome = do_apply(config, connection);
  const auto failures = application.failures();
  print_failures(failures);
  if (options.json)
    print_json(operate::to_json(application));
  else if (application.outcome.applied)
    print(*application.outcome.applied);
  return application.confirmed && failures.empty() ? 0 : 1;
}

}  // namespace

void add_apply_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ApplyOptions>();
  auto* command = add_connection_command(
      app, exit_code, "apply", "Bring users and groups of a connection to what its rules say now", *options,
      [options](const auto& config, const auto& connection) { return apply(*options, config, connection); });
  command->add_flag("--yes", options->yes, "Do not ask before memberships end or people are disabled");
  command->footer(
      "After a change of the configuration: `dirbridge reload`, look at `dirbridge plan`, then apply. A "
      "second time\n"
      "changes nothing. While the bridge serves it is the bridge that does it, which must have the same "
      "configuration. May be\n"
      "repeated after an error. When memberships end or people are disabled it says how many, and wants a "
      "yes: "
      "typed, or\n"
      "--yes; with --json only --yes. What is over the budget of the guard waits even then (`dirbridge held "
      "list`).");
}

}  // namespace dirbridge::daemon
