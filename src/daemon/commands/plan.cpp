#include "operate/plan.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/commands/answer.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/left_printer.hpp"
#include "daemon/commands/one_connection.hpp"
#include "daemon/commands/text/plan.hpp"

namespace dirbridge::daemon {

namespace {

struct PlanOptions : ConnectionOptions {
  bool ldif = false;
};

int plan(const PlanOptions& options, const config::Config& config, const OpenConnection& connection) {
  const auto plan = operate::make_plan(config, connection.parts);
  if (!plan) return fail(options.json, plan.error());
  for (const auto& left : plan->left) print_left(left);
  print_failures(plan->failures);
  if (options.json)
    print_json(operate::to_json(*plan));
  else
    std::cout << (options.ldif ? to_ldif(*plan) : to_text(*plan));
  return plan->failures.empty() ? 0 : 1;
}

}  // namespace

void add_plan_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<PlanOptions>();
  auto* command = add_connection_command(
      app, exit_code, "plan", "Print what `dirbridge apply` would change; changes nothing", *options,
      [options](const auto& config, const auto& connection) { return plan(*options, config, connection); });
  command->add_flag("--ldif", options->ldif, "As LDIF change records")->excludes("--json");
  command->footer(
      "Reads everything that the connection can write into memory, about 4 KB for each user, and lets "
      "today's rules run\n"
      "there. Look at the removals before you apply: memberships that end, and people who are disabled, are "
      "counted at the end.");
}

}  // namespace dirbridge::daemon
