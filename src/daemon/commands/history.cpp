#include "operate/history.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "base/text.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/open_connection.hpp"

namespace dirbridge::daemon {

namespace {

constexpr std::chrono::minutes search_limit{2};

struct Options {
  std::string config;
  std::string connection;
  std::string name;
};

// Names come from outside: a control character among them must not forge a line.
void print(const std::vector<std::string>& lines) {
  for (const auto& line : lines) std::cout << without_controls(line, '?') << '\n';
}

// What is there now; the DNs are added to `found`. Several connections of one directory see the same entries.
bool print_present(const OpenConnection& connection, const std::string& name,
                   std::vector<directory::Dn>& found) {
  const auto& context = connection.parts.context;
  const auto deadline = deadline_in(search_limit);
  const auto subjects = operate::find_subjects(context, name, deadline);
  if (!subjects) {
    std::cerr << context.rules.connection << ": " << subjects.error().detail << '\n';
    return false;
  }
  for (const auto& subject : *subjects) {
    if (std::find(found.begin(), found.end(), subject.entry.dn) != found.end()) continue;
    found.push_back(subject.entry.dn);
    const auto lines = operate::present_state(context, subject, deadline);
    if (!lines) {
      std::cerr << lines.error().detail << '\n';
      return false;
    }
    print(*lines);
  }
  return true;
}

int run(const Options& options) {
  const auto config = load_or_explain(options.config);
  if (!config) return 1;
  log::set_level(log::Level::Error);
  bool good = true;
  std::vector<directory::Dn> found;
  good &= for_connections(*config, options.connection, [&](const OpenConnection& connection) {
    good &= print_present(connection, options.name, found);
  });
  if (!good) return 1;
  if (found.empty()) std::cerr << "Nobody goes by \"" << options.name << "\" now.\n";
  if (!config->audit) {
    std::cerr << "The audit is off: how this came to be is not known.\n";
    return found.empty() ? 1 : 0;
  }
  const auto lines = operate::past(*config->audit, found, options.name);
  if (!lines) {
    std::cerr << lines.error().detail << '\n';
    return 1;
  }
  print(*lines);
  return found.empty() && lines->empty() ? 1 : 0;
}

}  // namespace

void add_history_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<Options>();
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
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace dirbridge::daemon
