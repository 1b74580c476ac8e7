#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

#include "daemon/apply_rules.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/side.hpp"
#include "daemon/converge.hpp"
#include "daemon/left_printer.hpp"
#include "daemon/rehearsal.hpp"

namespace dirbridge::daemon {

namespace {

constexpr std::chrono::minutes reading_limit{30};
constexpr std::size_t most_names = 5;  // of the values of one modification that are printed

struct Options {
  std::string config;
  std::string connection;
  bool ldif = false;
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

bool ends_memberships(const directory::Change& change, const sync::GroupShape& shape) {
  const auto* modify = std::get_if<directory::Modify>(&change.operation);
  return modify &&
         std::any_of(modify->modifications.begin(), modify->modifications.end(), [&](const auto& m) {
           return m.op == directory::Modification::Op::Delete && m.attribute == shape.member_attribute &&
                  m.values != std::vector<std::string>{shape.placeholder.str()};
         });
}

// False after the reasons were printed.
bool print_failures(const Result<Converged>& done) {
  if (!done) {
    std::cerr << done.error().detail << '\n';
    return false;
  }
  for (const auto& [what, why] : done->failures) std::cerr << what << ": " << why.detail << '\n';
  return done->failures.empty();
}

// The connection on a copy of its directory. Budgets do not hold here: who asks for a plan wants to see all
// of it.
bool plan(const Options& options, const Config& config, const OpenConnection& connection) {
  const auto& real = connection.side;
  auto copy = copy_for_rehearsal(real.context.directory, real.rules, deadline_in(reading_limit));
  if (!copy) {
    std::cerr << copy.error().detail << '\n';
    return false;
  }
  const auto& settings = config.connections.at(real.rules.connection);
  provision::KeyLocks locks;
  LeftPrinter left(nullptr);
  ConnectionSide rehearsed(real.rules.connection, settings, config.directories.at(settings.directory),
                           {real.context.catalog, **copy, locks, real.context.clock, &left}, nullptr);
  rehearsed.context.removals = nullptr;
  const bool good = print_failures(converge(rehearsed.context));
  const auto changes = (*copy)->changes();
  for (const auto& change : changes) {
    if (options.ldif)
      std::cout << directory::to_ldif(change) << '\n';
    else
      print_change(change);
  }
  if (options.ldif) return good;
  print_summary(changes);
  if (std::any_of(changes.begin(), changes.end(),
                  [&](const auto& change) { return ends_memberships(change, real.rules.group_shape); }))
    std::cout << "Memberships end: apply does not ask the guard about them, whose budgets are about what "
                 "identity providers do.\n";
  return good;
}

// By the bridge that runs, or here when none does.
bool apply(const Config& config, const OpenConnection& connection) {
  auto by_bridge =
      run_by_bridge(config, connection, {"apply", {}, cause_of_command("apply"), config.fingerprint});
  if (!by_bridge) {
    std::cerr << by_bridge.error().detail << '\n';
    return false;
  }
  const auto outcome = *by_bridge ? std::move(**by_bridge) : apply_rules(connection.side.context);
  for (const auto& line : outcome.failed) std::cerr << line << '\n';
  for (const auto& line : outcome.done) std::cout << line << '\n';
  return outcome.failed.empty();
}

using Work = std::function<bool(const Options&, const Config&, const OpenConnection&)>;

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
      "there. Look at the removals before you apply: memberships that end because the configuration was "
      "changed are not held\n"
      "by the guard, because you see them here. Its budgets are about what identity providers do, the "
      "renaming of groups\n"
      "included; users whom new rules disable are held by it as well.");
}

void add_apply_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  auto* command =
      add_command(app, exit_code, "apply", "Bring users and groups of a connection to what its rules say now",
                  options, [](const Options&, const Config& config, const OpenConnection& connection) {
                    return apply(config, connection);
                  });
  command->footer(
      "After a change of the configuration: restart the bridge, look at `dirbridge plan`, then apply. A "
      "second time\n"
      "changes nothing. While the bridge serves it is the bridge that does it, which must have the same "
      "configuration. May be\n"
      "repeated after an error.");
}

}  // namespace dirbridge::daemon
