#include "operate/health.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/commands/answer.hpp"
#include "daemon/commands/commands.hpp"

namespace dirbridge::daemon {

namespace {

constexpr std::chrono::seconds answer_limit{10};

struct HealthcheckOptions {
  std::string config;
  bool alive = false;
  bool json = false;
};

int ask(const HealthcheckOptions& options) {
  const auto config = load_or_fail(options.config, options.json);
  if (!config) return 1;
  const auto question = options.alive ? operate::HealthQuestion::Alive : operate::HealthQuestion::Ready;
  const auto health = operate::ask_health(config->admin, question, deadline_in(answer_limit));
  print_failures(health.failures);
  if (options.json)
    print_json(operate::to_json(health));
  else
    std::cout << health.answer;
  return health.good ? 0 : 1;
}

}  // namespace

void add_healthcheck_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<HealthcheckOptions>();
  auto* command = app.add_subcommand("healthcheck", "Ask the running bridge whether it can do its work");
  command->footer(
      "Exit code 0 when the bridge on the configured admin address is ready (its directories answer), else 1 "
      "with\n"
      "the reason. With --alive only whether the process answers: for a supervisor that would restart it.");
  add_config_option(*command, options->config);
  command->add_flag("--alive", options->alive, "Ask /healthz instead of /readyz");
  add_json_option(*command, options->json);
  command->callback([options, &exit_code] { exit_code = ask(*options); });
}

}  // namespace dirbridge::daemon
