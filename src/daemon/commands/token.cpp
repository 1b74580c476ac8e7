#include <CLI/CLI.hpp>
#include <iomanip>
#include <iostream>
#include <memory>

#include "base/text.hpp"
#include "daemon/commands/commands.hpp"
#include "tokens/file.hpp"

namespace dirbridge::daemon {
namespace {

struct Options {
  std::string config;
  std::string connection;
  std::string label;
  std::string id;
};

const config::ConnectionConfig* find_connection(const config::Config& config, const std::string& name) {
  const auto found = config.connections.find(name);
  if (found != config.connections.end()) return &found->second;
  std::vector<std::string> names;
  for (const auto& [known, connection] : config.connections) names.push_back(known);
  std::cerr << "There is no connection \"" << name << "\"; configured: " << join(names, ", ") << '\n';
  return nullptr;
}

std::string base_url(const config::Config& config, const std::string& connection) {
  auto host = config.server.public_url;
  if (host.empty()) {
    const bool v6 = config.server.listen.address.find(':') != std::string::npos;
    const auto address = v6 ? "[" + config.server.listen.address + "]" : config.server.listen.address;
    host = (config.server.tls ? "https://" : "http://") + address + ":" +
           std::to_string(config.server.listen.port);
  }
  return host + config.server.base_path + "/" + connection + "/v2";
}

int make(const Options& options, const config::Config& config, const config::ConnectionConfig& connection) {
  const auto made = tokens::add_token(connection.tokens_file, options.label, SystemClock().now());
  if (!made) {
    std::cerr << made.error().detail << '\n';
    return 1;
  }
  // Only the token goes to standard output, so that a script can take it from there.
  std::cerr << "A token for connection \"" << options.connection << "\", id " << made->id
            << ". It is shown only now; paste it into the identity provider.\n"
            << "SCIM base URL: " << base_url(config, options.connection) << '\n';
  std::cout << made->token << std::endl;
  return 0;
}

int list(const config::ConnectionConfig& connection) {
  const auto tokens = tokens::read_token_file(connection.tokens_file);
  if (!tokens && tokens.error().kind != ErrorKind::NotFound) {
    std::cerr << tokens.error().detail << '\n';
    return 1;
  }
  if (!tokens || tokens->empty()) {
    std::cerr << "No tokens.\n";
    return 0;
  }
  std::cout << std::left << std::setw(10) << "ID" << std::setw(26) << "CREATED"
            << "LABEL\n";
  for (const auto& token : *tokens) {
    std::cout << std::setw(10) << token.id << std::setw(26) << token.created << token.label << '\n';
  }
  return 0;
}

int revoke(const Options& options, const config::ConnectionConfig& connection) {
  const auto done = tokens::revoke_token(connection.tokens_file, options.id);
  if (!done) {
    std::cerr << done.error().detail << '\n';
    return 1;
  }
  std::cerr << "Token " << options.id << " is revoked; a running bridge refuses it within a second.\n";
  return 0;
}

using Action = std::function<int(const Options&, const config::Config&, const config::ConnectionConfig&)>;

CLI::App* add_action(CLI::App& token, const std::shared_ptr<Options>& options, int& exit_code,
                     std::string name, std::string help, Action action) {
  auto* command = token.add_subcommand(std::move(name), std::move(help));
  add_config_option(*command, options->config);
  command->add_option("connection", options->connection, "The connection, as named in the configuration")
      ->required();
  command->callback([options, &exit_code, action = std::move(action)] {
    exit_code = 1;
    const auto config = load_or_explain(options->config);
    if (!config) return;
    if (const auto* connection = find_connection(*config, options->connection)) {
      exit_code = action(*options, *config, *connection);
    }
  });
  return command;
}

}  // namespace

void add_token_command(CLI::App& app, int& exit_code) {
  auto* token = app.add_subcommand("token", "Make, list and revoke the bearer tokens of a connection");
  token->footer(
      "A token is what the identity provider shows to prove who it is. The bridge keeps only hashes, so a "
      "lost token\n"
      "is replaced, not recovered: make a new one, paste it into the identity provider, revoke the old one.\n"
      "A running bridge notices changes within a second.");
  token->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  add_action(*token, options, exit_code, "new", "Make a token and print it, this once",
             [](const Options& o, const config::Config& config, const config::ConnectionConfig& connection) {
               return make(o, config, connection);
             })
      ->add_option("--label", options->label, "What it is for, such as \"Entra production\"");
  add_action(*token, options, exit_code, "list", "Print id, date and label of each token",
             [](const Options&, const config::Config&, const config::ConnectionConfig& connection) {
               return list(connection);
             });
  add_action(*token, options, exit_code, "revoke", "Make a token invalid",
             [](const Options& o, const config::Config&, const config::ConnectionConfig& connection) {
               return revoke(o, connection);
             })
      ->add_option("id", options->id, "The token's id, from `dirbridge token list`")
      ->type_name("")
      ->required();
}

}  // namespace dirbridge::daemon
