#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "audit/reader.hpp"
#include "daemon/commands/commands.hpp"

namespace dirbridge::daemon {

namespace {

struct Options {
  std::string config;
  std::string since;
  std::string connection;
  bool ldif = false;
};

// The beginning of a time as the audit writes it: times then compare as texts.
bool is_time(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00:00.000Z";
  if (text.size() < 4 || text.size() > form.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !digit : text[i] != form[i] && !(i == 19 && text[i] == 'Z')) return false;
  }
  return true;
}

int print(const Options& options, const audit::FileSettings& file) {
  const auto seen = audit::read(file, [&](const audit::Line& line, std::string_view text) {
    if (line.time < options.since) return;
    if (!options.connection.empty() && line.connection != options.connection) return;
    if (options.ldif)
      std::cout << audit::to_ldif(line) << '\n';
    else
      std::cout << text << '\n';
  });
  std::cout.flush();
  if (!seen) {
    std::cerr << seen.error().detail << '\n';
    return 1;
  }
  if (seen->damaged > 0) std::cerr << seen->damaged << " damaged lines were left out.\n";
  return 0;
}

int run(const Options& options) {
  const auto config = load_or_explain(options.config);
  if (!config) return 1;
  if (config->audit) return print(options, *config->audit);
  std::cerr << "The audit is off: $.audit.enabled is false.\n";
  return 1;
}

}  // namespace

void add_audit_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  auto* command =
      app.add_subcommand("audit", "Print what was changed, by which request, and what was held back");
  command->footer(
      "One JSON object per line, oldest first, from all files of the audit that are there: time, connection, "
      "cause (the\n"
      "request's id, or the command), entry, what was there before and after, outcome and reason. With "
      "--ldif "
      "change\n"
      "records, which ldapmodify can make again; what was not applied is a comment. Passwords and keys are "
      "in "
      "neither.");
  add_config_option(*command, options->config);
  command->add_option("--since", options->since, "Only from then on: 2026-11-22 or 2026-11-22T09:00, UTC")
      ->type_name("TIME")
      ->check([](const std::string& text) {
        return is_time(text) ? std::string() : "\"" + text + "\" is no time such as 2026-11-22T09:00";
      });
  command->add_option("--connection", options->connection, "Only of this connection")->type_name("NAME");
  command->add_flag("--ldif", options->ldif, "LDIF change records instead of JSON");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace dirbridge::daemon
