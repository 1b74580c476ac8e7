#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <functional>
#include <iostream>
#include <memory>
#include <utility>

#include "audit/reader.hpp"
#include "base/json_text.hpp"
#include "daemon/commands/answer.hpp"
#include "daemon/commands/commands.hpp"

namespace dirbridge::daemon {

namespace {

struct AuditOptions {
  std::string config;
  std::string since;
  std::string connection;
  bool ldif = false;
  bool json = false;
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

bool is_wanted(const AuditOptions& options, const audit::Line& line) {
  return line.time >= options.since && (options.connection.empty() || line.connection == options.connection);
}

Result<audit::Seen> read(const AuditOptions& options, const audit::FileSettings& file,
                         const std::function<void(const audit::Line&, std::string_view)>& take) {
  return audit::read(file, [&](const audit::Line& line, std::string_view text) {
    if (is_wanted(options, line)) take(line, text);
  });
}

int print(const AuditOptions& options, const audit::FileSettings& file) {
  const auto seen = read(options, file, [&](const audit::Line& line, std::string_view text) {
    if (options.ldif)
      std::cout << audit::to_ldif(line) << '\n';
    else
      std::cout << text << '\n';
  });
  std::cout.flush();
  if (!seen) return fail(false, seen.error());
  if (seen->damaged > 0) std::cerr << seen->damaged << " damaged lines were left out.\n";
  return 0;
}

// The lines go straight into the document: all of them may be more than fits into memory.
int print_as_json(const AuditOptions& options, const audit::FileSettings& file) {
  std::cout << "{\"lines\":[";
  const char* separator = "";
  const auto seen = read(options, file, [&](const audit::Line&, std::string_view text) {
    std::cout << std::exchange(separator, ",") << text;
  });
  std::vector<operate::Failure> failures;
  if (!seen) failures.push_back({{}, seen.error().detail});
  print_failures(failures);
  std::cout << "],\"damaged\":" << (seen ? seen->damaged : 0)
            << ",\"failures\":" << json_text(operate::to_json(failures)) << '}' << std::endl;
  return failures.empty() ? 0 : 1;
}

int run(const AuditOptions& options) {
  const auto config = load_or_fail(options.config, options.json);
  if (!config) return 1;
  if (!config->audit)
    return fail(options.json, operate::Failure{{}, "The audit is off: $.audit.enabled is false."});
  return options.json ? print_as_json(options, *config->audit) : print(options, *config->audit);
}

}  // namespace

void add_audit_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<AuditOptions>();
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
  auto* const ldif = command->add_flag("--ldif", options->ldif, "LDIF change records instead of JSON");
  add_json_option(*command, options->json)->excludes(ldif);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace dirbridge::daemon
