#include "operate/history.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/commands/answer.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/open_connection.hpp"
#include "daemon/commands/text/history.hpp"

namespace dirbridge::daemon {

namespace {

constexpr std::chrono::minutes search_limit{2};

struct HistoryOptions {
  std::string config;
  std::string connection;
  std::string name;
  bool json = false;
};

operate::History look_up(const HistoryOptions& options, const config::Config& config) {
  operate::History history{options.name};
  const auto opened = for_connections(config, options.connection, [&](const OpenConnection& connection) {
    operate::add_present(connection.parts.context, deadline_in(search_limit), history);
  });
  if (!opened) history.failures.push_back({{}, opened.error().detail});
  if (history.failures.empty() && config.audit) operate::add_past(*config.audit, history);
  return history;
}

void print(const operate::History& history, bool has_audit) {
  for (const auto& subject : history.subjects) std::cout << to_text(subject);
  if (!history.failures.empty()) return print_failures(history.failures);
  if (history.subjects.empty()) std::cerr << "Nobody goes by \"" << history.name << "\" now.\n";
  if (!has_audit) std::cerr << "The audit is off: how this came to be is not known.\n";
  if (history.events)
    for (const auto& event : *history.events) std::cout << to_text(event) << '\n';
}

int run(const HistoryOptions& options) {
  const auto config = load_or_fail(options.config, options.json);
  if (!config) return 1;
  log::set_level(log::Level::Error);
  const auto history = look_up(options, *config);
  if (options.json) {
    print_failures(history.failures);
    print_json(operate::to_json(history));
  } else {
    print(history, config->audit.has_value());
  }
  const bool known = !history.subjects.empty() || (history.events && !history.events->empty());
  return history.failures.empty() && known ? 0 : 1;
}

}  // namespace

void add_history_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<HistoryOptions>();
  auto* command =
      app.add_subcommand("history", "Say why somebody is in a group, who disabled him, and alike");
  command->footer(
      "First how the user or group is now, with what grants each membership: a group of the identity "
      "provider, "
      "a default\n"
      "group rule, or somebody's hand. Then what the audit knows about the entry and its memberships, under "
      "all "
      "names it\n"
      "has had, oldest first; in brackets the request's id or the command. Entries that are gone are found "
      "in "
      "the audit.");
  add_config_option(*command, options->config);
  command->add_option("name", options->name, "Login name, userName, group name, id or DN")->required();
  command->add_option("--connection", options->connection, "Only of this connection")->type_name("NAME");
  add_json_option(*command, options->json);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace dirbridge::daemon
