#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

#include "base/text.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/open_connection.hpp"
#include "operate/apply_rules.hpp"
#include "operate/left_printer.hpp"
#include "operate/losses.hpp"
#include "operate/rehearsal.hpp"
#include "provision/upkeep/converge_all.hpp"

namespace dirbridge::daemon {

namespace {

constexpr std::chrono::minutes reading_limit{30};
constexpr std::size_t most_names = 5;  // of the values of one modification that are printed

struct Options {
  std::string config;
  std::string connection;
  bool ldif = false;
  bool yes = false;  // to what is taken away
};

std::string some_of(const std::vector<std::string>& values) {
  std::string out;
  for (std::size_t i = 0; i < std::min(values.size(), most_names); ++i) out += (i ? ", " : "") + values[i];
  if (values.size() > most_names) out += " and " + std::to_string(values.size() - most_names) + " more";
  return out;
}

std::string in_words(const directory::Modification& m) {
  using Op = directory::Modification::Op;
  if (m.attribute == "dirbridgeResource") return m.attribute;
  const std::string sign = m.op == Op::Add ? " + " : m.op == Op::Delete ? " - " : " = ";
  return m.attribute + (m.values.empty() ? std::string(" removed") : sign + some_of(m.values));
}

void print_change(const directory::Change& change) {
  std::cout << directory::verb(change) << ' ' << directory::target(change).str() << "  (" << change.reason
            << ")\n";
  if (const auto* modify = std::get_if<directory::Modify>(&change.operation))
    for (const auto& m : modify->modifications) std::cout << "    " << in_words(m) << '\n';
  if (const auto* rename = std::get_if<directory::Rename>(&change.operation))
    std::cout << "    to " << rename->new_rdn.str()
              << (rename->new_superior ? "," + rename->new_superior->str() : std::string()) << '\n';
}

void print_summary(const std::vector<directory::Change>& changes) {
  std::map<std::string, std::size_t, std::less<>> verbs;
  for (const auto& change : changes) ++verbs[std::string(directory::verb(change))];
  std::cout << changes.size() << (changes.size() == 1 ? " change" : " changes");
  const char* separator = ": ";
  for (const auto& [verb, count] : verbs) {
    std::cout << separator << count << ' ' << verb;
    separator = ", ";
  }
  std::cout << '\n';
}

// False after the reasons were printed.
bool print_failures(const Result<provision::Converged>& done) {
  if (!done) {
    std::cerr << done.error().detail << '\n';
    return false;
  }
  for (const auto& [what, why] : done->failures) std::cerr << what << ": " << why.detail << '\n';
  return done->failures.empty();
}

struct Rehearsal {
  std::vector<directory::Change> changes;
  operate::Losses losses;
  Result<provision::Converged> done = provision::Converged();
};

// The connection on a copy of its directory. Budgets do not hold here: who asks wants to see all of it.
Result<Rehearsal> rehearse(const config::Config& config, const OpenConnection& connection) {
  const auto& real = connection.parts;
  auto copy = operate::copy_for_rehearsal(real.context.directory, real.rules, deadline_in(reading_limit));
  if (!copy) return copy.error();
  const auto& settings = config.connections.at(real.rules.connection);
  provision::KeyLocks locks;
  operate::LeftPrinter left(nullptr);
  operate::ConnectionParts rehearsed(
      real.rules.connection, settings, config.directories.at(settings.directory),
      {real.context.catalog, **copy, locks, real.context.clock, &left}, nullptr);
  rehearsed.context.mandate.budget = nullptr;
  Rehearsal out;
  out.done = provision::converge_all(rehearsed.context);
  out.changes = (*copy)->changes();
  out.losses = operate::losses_of(out.changes, real.rules);
  return out;
}

bool print_error(const Error& why) {
  std::cerr << why.detail << '\n';
  return false;
}

bool plan(const Options& options, const config::Config& config, const OpenConnection& connection) {
  const auto rehearsal = rehearse(config, connection);
  if (!rehearsal) return print_error(rehearsal.error());
  const bool good = print_failures(rehearsal->done);
  for (const auto& change : rehearsal->changes) {
    const auto sent = connection.parts.context.directory.as_sent(change);
    if (options.ldif)
      std::cout << directory::to_ldif(sent) << '\n';
    else
      print_change(sent);
  }
  if (options.ldif) return good;
  print_summary(rehearsal->changes);
  if (rehearsal->losses.any())
    std::cout << "This " << operate::in_words(rehearsal->losses)
              << ". Apply asks before it does that; what is over the budget of the guard waits then.\n";
  return good;
}

// Whoever takes something away says so himself.
bool is_meant(const Options& options, const operate::Losses& losses, const std::string& connection) {
  if (!losses.any()) return true;
  std::cout << "This " << operate::in_words(losses) << ": see `dirbridge plan " << connection << "`.\n";
  if (options.yes) return true;
  if (::isatty(STDIN_FILENO) == 1) {
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
bool apply(const Options& options, const config::Config& config, const OpenConnection& connection) {
  const auto rehearsal = rehearse(config, connection);
  if (!rehearsal) return print_error(rehearsal.error());
  if (!is_meant(options, rehearsal->losses, connection.parts.rules.connection)) return false;
  auto by_bridge =
      run_by_bridge(config, connection, {"apply", {}, cause_of_command("apply"), config.fingerprint});
  if (!by_bridge) return print_error(by_bridge.error());
  const auto outcome = *by_bridge ? std::move(**by_bridge) : operate::apply_rules(connection.parts.context);
  for (const auto& line : outcome.failed) std::cerr << line << '\n';
  for (const auto& line : outcome.done) std::cout << line << '\n';
  return outcome.failed.empty();
}

using Work = std::function<bool(const Options&, const config::Config&, const OpenConnection&)>;

CLI::App* add_command(CLI::App& app, int& exit_code, const std::string& name, const std::string& help,
                      const std::shared_ptr<Options>& options, const Work& work) {
  auto* command = app.add_subcommand(name, help);
  add_config_option(*command, options->config);
  command->add_option("connection", options->connection, "The connection")
      ->type_name("CONNECTION")
      ->required();
  command->callback([=, &exit_code] {
    const auto config = load_or_explain(options->config);
    log::set_level(log::Level::Error);
    if (!config) return void(exit_code = 1);
    const log::RequestScope cause(cause_of_command(name));
    bool good = true;
    good &= for_connections(*config, options->connection, [&](const OpenConnection& connection) {
      good &= work(*options, *config, connection);
    });
    std::cout.flush();
    exit_code = good ? 0 : 1;
  });
  return command;
}

}  // namespace

void add_plan_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  auto* command = add_command(app, exit_code, "plan",
                              "Print what `dirbridge apply` would change; changes nothing", options, plan);
  command->add_flag("--ldif", options->ldif, "As LDIF change records");
  command->footer(
      "Reads everything that the connection can write into memory, about 4 KB for each user, and lets "
      "today's rules run\n"
      "there. Look at the removals before you apply: memberships that end, and people who are disabled, are "
      "counted at the end.");
}

void add_apply_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  auto* command =
      add_command(app, exit_code, "apply", "Bring users and groups of a connection to what its rules say now",
                  options, apply);
  command->add_flag("--yes", options->yes, "Do not ask before memberships end or people are disabled");
  command->footer(
      "After a change of the configuration: restart the bridge, look at `dirbridge plan`, then apply. A "
      "second time\n"
      "changes nothing. While the bridge serves it is the bridge that does it, which must have the same "
      "configuration. May be\n"
      "repeated after an error. When memberships end or people are disabled it says how many, and wants a "
      "yes: "
      "typed, or\n"
      "--yes. What is over the budget of the guard waits even then (`dirbridge held list`).");
}

}  // namespace dirbridge::daemon
