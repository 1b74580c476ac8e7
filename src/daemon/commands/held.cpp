#include <CLI/CLI.hpp>
#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>

#include "audit/reader.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/open_connection.hpp"
#include "operate/decide_held.hpp"

namespace dirbridge::daemon {

namespace {

constexpr std::chrono::minutes listing_limit{5};

struct Options {
  std::string config;
  std::string connection;
  std::string id;
  bool all = false;
};

using provision::HeldRemoval;

Result<std::vector<HeldRemoval>> waiting(const OpenConnection& connection, const Options& options) {
  auto all = provision::held_removals(connection.parts.context, deadline_in(listing_limit));
  if (all && !options.id.empty()) std::erase_if(*all, [&](const auto& one) { return one.id != options.id; });
  return all;
}

// When and by what each removal was held, from the audit; without it that is not known.
struct Held {
  std::string since;
  std::string cause;
};
using Origins = std::map<std::string, Held>;

std::string origin_key(const std::string& removal, const directory::Dn& dn) {
  return removal + '\n' + dn.normalized();
}

Origins origins(const config::Config& config) {
  Origins out;
  if (!config.audit) return out;
  const auto read = audit::read(
      *config.audit,
      [&](const audit::Line& line, std::string_view) {
        if (line.outcome == "held") out[origin_key(line.removal, line.dn)] = {line.time, line.cause};
      },
      "\"removal\":");
  if (!read) std::cerr << read.error().detail << '\n';
  return out;
}

void print(const std::string& connection, const HeldRemoval& one, const Origins& known) {
  const std::string removal(sync::to_string(one.removal));
  const auto at = known.find(origin_key(removal, one.dn));
  const auto held = at == known.end() ? Held{one.changed, "unknown"} : at->second;
  std::cout << std::left << std::setw(16) << connection << std::setw(38) << one.id << std::setw(16) << removal
            << std::setw(26) << held.since << std::setw(30) << operate::name_of(one) << ' ' << held.cause
            << '\n';
  for (const auto& member : one.members) std::cout << "    " << member << '\n';
}

int list(const Options& options, const config::Config& config) {
  const auto known = origins(config);
  bool good = true;
  std::size_t count = 0;
  good &= for_connections(config, options.connection, [&](const OpenConnection& connection) {
    const auto all = waiting(connection, options);
    if (!all) {
      std::cerr << connection.parts.rules.connection << ": " << all.error().detail << '\n';
      good = false;
      return;
    }
    if (count == 0 && !all->empty())
      std::cout << std::left << std::setw(16) << "CONNECTION" << std::setw(38) << "ID" << std::setw(16)
                << "REMOVAL" << std::setw(26) << "SINCE" << std::setw(30) << "WHO"
                << " CAUSE\n";
    for (const auto& one : *all) print(connection.parts.rules.connection, one, known);
    count += all->size();
  });
  if (good && count == 0) std::cerr << "Nothing waits.\n";
  return good ? 0 : 1;
}

// By the bridge that runs, or here when none does.
operate::CommandOutcome decide(const Options& options, const config::Config& config,
                               const OpenConnection& connection, operate::HeldDecision decision) {
  const std::string command = decision == operate::HeldDecision::Approve ? "held approve" : "held reject";
  const operate::CommandCall call{command, options.id, cause_of_command(command)};
  auto outcome = run_by_bridge(config, connection, call);
  if (!outcome) return {{}, {connection.parts.rules.connection + ": " + outcome.error().detail}};
  if (*outcome) return std::move(**outcome);
  const log::RequestScope cause(call.cause);
  return operate::decide_held(connection.parts.context, decision, options.id);
}

int decide_all(const Options& options, const config::Config& config, operate::HeldDecision decision) {
  bool good = true;
  std::size_t count = 0;
  good &= for_connections(config, options.connection, [&](const OpenConnection& connection) {
    const auto outcome = decide(options, config, connection, decision);
    for (const auto& line : outcome.done) std::cout << line << '\n';
    for (const auto& line : outcome.failed) std::cerr << line << '\n';
    count += outcome.done.size() + outcome.failed.size();
    good &= outcome.failed.empty();
  });
  std::cout.flush();
  if (good && count == 0)
    std::cerr << "Nothing waits" << (options.id.empty() ? "" : " under this id") << ".\n";
  return good && (count > 0 || options.id.empty()) ? 0 : 1;
}

using Action = std::function<int(const Options&, const config::Config&)>;

CLI::App* add_action(CLI::App& held, const std::shared_ptr<Options>& options, int& exit_code,
                     std::string name, std::string help, Action action) {
  auto* command = held.add_subcommand(std::move(name), std::move(help));
  add_config_option(*command, options->config);
  command->add_option("--connection", options->connection, "Only of this connection")->type_name("NAME");
  command->callback([options, &exit_code, action = std::move(action)] {
    const auto config = load_or_explain(options->config);
    log::set_level(log::Level::Error);
    exit_code = config ? action(*options, *config) : 1;
  });
  return command;
}

void add_choice(CLI::App& command, const std::shared_ptr<Options>& options) {
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
  const auto options = std::make_shared<Options>();
  add_action(*held, options, exit_code, "list", "Print who waits for what, since when, by which request",
             list);
  add_choice(*add_action(*held, options, exit_code, "approve", "Make removals that wait",
                         [](const Options& o, const config::Config& config) {
                           return decide_all(o, config, operate::HeldDecision::Approve);
                         }),
             options);
  add_choice(*add_action(*held, options, exit_code, "reject", "Leave the entries as they are",
                         [](const Options& o, const config::Config& config) {
                           return decide_all(o, config, operate::HeldDecision::Reject);
                         }),
             options);
}

}  // namespace dirbridge::daemon
