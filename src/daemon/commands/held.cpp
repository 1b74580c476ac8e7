#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>

#include "daemon/commands/answer.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/open_connection.hpp"
#include "daemon/commands/text/held.hpp"
#include "operate/decide_held.hpp"
#include "operate/held_list.hpp"

namespace dirbridge::daemon {

namespace {

constexpr std::chrono::minutes listing_limit{5};

struct HeldOptions {
  std::string config;
  std::string connection;
  std::string id;
  bool all = false;
  bool json = false;
};

int list(const HeldOptions& options, const config::Config& config) {
  const auto origins = operate::HeldOrigins::read(config);
  if (!origins) print_failures({{{}, origins.error().detail}});
  operate::HeldList out;
  const auto opened = for_connections(config, options.connection, [&](const OpenConnection& connection) {
    const auto& context = connection.parts.context;
    auto held =
        operate::held_list(context, origins ? *origins : operate::HeldOrigins(), deadline_in(listing_limit));
    if (held)
      std::move(held->begin(), held->end(), std::back_inserter(out.held));
    else
      out.failures.push_back({context.rules.connection, held.error().detail});
  });
  if (!opened) out.failures.push_back({{}, opened.error().detail});
  print_failures(out.failures);
  const bool good = out.failures.empty();
  if (!origins) out.failures.push_back({{}, origins.error().detail});  // only the causes are not known
  if (options.json)
    print_json(operate::to_json(out));
  else if (!out.held.empty())
    std::cout << to_table(out.held) << std::flush;
  else if (good)
    std::cerr << "Nothing waits.\n";
  return good ? 0 : 1;
}

// By the bridge that runs, or here when none does.
operate::CommandOutcome decide(const HeldOptions& options, const config::Config& config,
                               const OpenConnection& connection, operate::HeldDecision decision) {
  const auto command = "held " + std::string(to_string(decision));
  const operate::CommandCall call{command, options.id, cause_of_command(command)};
  auto outcome = run_by_bridge(config, connection, call);
  if (!outcome) return {{}, outcome.error().detail};
  if (*outcome) return std::move(**outcome);
  const log::RequestScope cause(call.cause);
  return operate::decide_held(connection.parts.context, decision, options.id);
}

bool has_failed(const operate::Decided& decided) {
  return decided.outcome == operate::Decided::Outcome::Failed;
}

// Says what was decided when it is done: the next connection may take its time.
void print(const HeldOptions& options, const std::vector<operate::Decided>& decided,
           operate::HeldDecision decision) {
  for (const auto& one : decided) {
    if (has_failed(one))
      std::cerr << to_text(one, decision) << '\n';
    else if (!options.json)
      std::cout << to_text(one, decision) << '\n';
  }
  std::cout.flush();
}

operate::DecidedList decide_each(const HeldOptions& options, const config::Config& config,
                                 operate::HeldDecision decision) {
  operate::DecidedList out{decision};
  const auto failed = [&](operate::Failure failure) {
    print_failures({failure});
    out.failures.push_back(std::move(failure));
  };
  const auto opened = for_connections(config, options.connection, [&](const OpenConnection& connection) {
    auto outcome = decide(options, config, connection, decision);
    print(options, outcome.decided, decision);
    if (!outcome.failure.empty()) failed({connection.parts.rules.connection, std::move(outcome.failure)});
    std::move(outcome.decided.begin(), outcome.decided.end(), std::back_inserter(out.decided));
  });
  if (!opened) failed({{}, opened.error().detail});
  return out;
}

int decide_all(const HeldOptions& options, const config::Config& config, operate::HeldDecision decision) {
  const auto answer = decide_each(options, config, decision);
  const auto& decided = answer.decided;
  const bool good = answer.failures.empty() && std::none_of(decided.begin(), decided.end(), has_failed);
  if (good && decided.empty())
    std::cerr << "Nothing waits" << (options.id.empty() ? "" : " under this id") << ".\n";
  if (options.json) print_json(operate::to_json(answer));
  return good && (!decided.empty() || options.id.empty()) ? 0 : 1;
}

using HeldAction = std::function<int(const HeldOptions&, const config::Config&)>;

CLI::App* add_held_action(CLI::App& held, const std::shared_ptr<HeldOptions>& options, int& exit_code,
                          std::string name, std::string help, HeldAction action) {
  auto* command = held.add_subcommand(std::move(name), std::move(help));
  add_config_option(*command, options->config);
  command->add_option("--connection", options->connection, "Only of this connection")->type_name("NAME");
  add_json_option(*command, options->json);
  command->callback([options, &exit_code, action = std::move(action)] {
    const auto config = load_or_fail(options->config, options->json);
    log::set_level(log::Level::Error);
    exit_code = config ? action(*options, *config) : 1;
  });
  return command;
}

void add_choice(CLI::App& command, const std::shared_ptr<HeldOptions>& options) {
  auto* choice = command.add_option_group("which", "Which of them");
  choice->add_option("--id", options->id, "What waits about this user or group, by its id in the list")
      ->type_name("ID");
  choice->add_flag("--all", options->all, "Everything that waits");
  choice->require_option(1);
}

}  // namespace

void add_held_command(CLI::App& app, int& exit_code) {
  auto* held = app.add_subcommand("held", "Removals that are over the budget: list, approve and reject them");
  held->footer(
      "An identity provider that disables, deletes or takes out of a group more than the connection's guard "
      "allows is\n"
      "answered with success, and reads back what it wrote; but the directory stays as it is until somebody "
      "decides here.\n"
      "Approved removals are checked once more and made at once, by the bridge when it runs. Rejected ones "
      "no longer wait: the entry "
      "stays "
      "as it is until\n"
      "the identity provider changes its mind, such as enabling the user and disabling him again.");
  held->require_subcommand(1);
  const auto options = std::make_shared<HeldOptions>();
  add_held_action(*held, options, exit_code, "list", "Print who waits for what, since when, by which request",
                  list);
  add_choice(*add_held_action(*held, options, exit_code, "approve", "Make removals that wait",
                              [](const HeldOptions& o, const config::Config& config) {
                                return decide_all(o, config, operate::HeldDecision::Approve);
                              }),
             options);
  add_choice(*add_held_action(*held, options, exit_code, "reject", "Leave the entries as they are",
                              [](const HeldOptions& o, const config::Config& config) {
                                return decide_all(o, config, operate::HeldDecision::Reject);
                              }),
             options);
}

}  // namespace dirbridge::daemon
