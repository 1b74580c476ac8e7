// `dirbridge reload`. The bridge is asked as by the other commands, under the key of any of its connections;
// a process id in a file could be another's by the time it gets a signal, and says nothing of the outcome.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "config/object_reader.hpp"
#include "daemon/commands/answer.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/open_connection.hpp"
#include "daemon/commands/text/reloaded.hpp"
#include "http/tls.hpp"
#include "provision/store/shared_key.hpp"

namespace dirbridge::daemon {

namespace {

constexpr std::chrono::seconds shared_key_limit{10};
constexpr auto otherwise =
    "SIGHUP makes a bridge read its configuration again as well; what becomes of it is in its log then.";

using Outcome = Result<std::optional<operate::CommandOutcome>>;

struct ReloadOptions {
  std::string config;
  bool check = false;
  bool json = false;
};

// What the configuration names and a reload reads.
bool is_usable(const config::Config& config) {
  std::vector<std::string> problems;
  if (const auto& tls = config.server.tls)
    if (auto read = http::TlsContext::for_server(tls->certificate_file, tls->key_file); !read)
      problems.push_back("$.server.tls: " + read.error().detail);
  for (const auto& [name, connection] : config.connections)
    if (auto made = operate::make_handover(connection); !made)
      problems.push_back(config::member_path("$.connections", name) + ".handover: " + made.error().detail);
  for (const auto& problem : problems) std::cerr << problem << '\n';
  return problems.empty();
}

// nullopt: no bridge is there that has this connection, or nobody has made its key.
Outcome ask(const config::Config& config, const std::string& name, const config::ConnectionConfig& connection,
            const operate::CommandCall& call) {
  const auto& target = config.directories.at(connection.directory);
  auto settings = config::ldap_settings(target);
  if (!settings) return settings.error();
  const SystemClock clock;
  const auto catalog = config::catalog_of(config);
  operate::DirectoryParts directory(std::move(*settings), target, clock);
  operate::ConnectionParts parts(name, connection, target,
                                 {catalog, directory.target.directory(), directory.locks, clock}, nullptr);
  const auto secret =
      provision::make_shared_key(parts.context, parts.bookkeeper)->look(deadline_in(shared_key_limit));
  if (!secret) return secret.error();
  if (!*secret) return std::optional<operate::CommandOutcome>();
  return operate::ask_bridge(config.admin, name, **secret, call);
}

int print(const ReloadOptions& options, const operate::CommandOutcome& outcome) {
  if (!outcome.reloaded) return fail(options.json, {"", outcome.failure});
  const auto& reloaded = *outcome.reloaded;
  for (const auto& reason : reasons_of(reloaded)) std::cerr << reason << '\n';
  if (options.json) print_json(operate::to_json(reloaded));
  if (!options.json)
    for (const auto& line : lines_of(reloaded)) std::cout << line << '\n';
  std::cout.flush();
  return reloaded.refused.empty() ? 0 : 1;
}

// The first connection that the bridge knows is enough.
int reload(const ReloadOptions& options, const config::Config& config) {
  const operate::CommandCall call{"reload", {}, cause_of_command("reload"), config.fingerprint};
  std::vector<operate::Failure> failures;
  for (const auto& [name, connection] : config.connections) {
    const auto outcome = ask(config, name, connection, call);
    if (outcome && *outcome) return print(options, **outcome);
    if (!outcome) failures.push_back({name, outcome.error().detail});
  }
  print_failures(failures);
  return fail(options.json,
              {"", "No bridge that has a connection of this configuration could be asked at admin.listen, " +
                       config.admin.address + ':' + std::to_string(config.admin.port) + ". " + otherwise});
}

int run(const ReloadOptions& options) {
  const auto config = load_or_fail(options.config, options.json);
  if (!config) {
    std::cerr << "A bridge that runs goes on with the configuration that it has.\n";
    return 1;
  }
  log::set_level(log::Level::Error);
  if (options.check) return is_usable(*config) ? 0 : 1;
  return reload(options, *config);
}

}  // namespace

void add_reload_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "reload", "Make the running bridge read its configuration, tokens and certificate again");
  command->footer(
      "No request is dropped. A configuration that is not valid changes nothing: the reasons are printed, "
      "and "
      "the exit code is 1.\n"
      "What takes effect with a restart only is named, and everything else takes effect at once. Who is in "
      "the directory already\n"
      "is not touched: where rules of users or groups have changed, `dirbridge plan` and `dirbridge apply` "
      "are next.\n"
      "The directory must answer. Without it: SIGHUP to the bridge, `systemctl reload dirbridge`.");
  const auto options = std::make_shared<ReloadOptions>();
  add_config_option(*command, options->config);
  add_json_option(*command, options->json);
  command->add_flag("--check", options->check,
                    "Only say whether it is valid, and the files that it names can be used");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace dirbridge::daemon
