#include <CLI/CLI.hpp>
#include <iomanip>
#include <iostream>
#include <memory>

#include "daemon/commands/answer.hpp"
#include "daemon/commands/commands.hpp"
#include "operate/token_list.hpp"
#include "tokens/file.hpp"

namespace dirbridge::daemon {
namespace {

struct TokenOptions {
  std::string config;
  std::string connection;
  std::string label;
  std::string id;
  bool json = false;
};

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

int make(const TokenOptions& options, const config::Config& config,
         const config::ConnectionConfig& connection) {
  const auto made = tokens::add_token(connection.tokens_file, options.label, SystemClock().now());
  if (!made) return fail(false, made.error());
  // Only the token goes to standard output, so that a script can take it from there.
  std::cerr << "A token for connection \"" << options.connection << "\", id " << made->id
            << ". It is shown only now; paste it into the identity provider.\n"
            << "SCIM base URL: " << base_url(config, options.connection) << '\n';
  std::cout << made->token << std::endl;
  return 0;
}

void print(const std::vector<operate::ListedToken>& tokens) {
  if (tokens.empty()) {
    std::cerr << "No tokens.\n";
    return;
  }
  std::cout << std::left << std::setw(10) << "ID" << std::setw(26) << "CREATED"
            << "LABEL\n";
  for (const auto& token : tokens) {
    std::cout << std::setw(10) << token.id << std::setw(26) << token.created << token.label << '\n';
  }
}

int list(const TokenOptions& options, const config::ConnectionConfig& connection) {
  const auto tokens = operate::token_list(connection.tokens_file);
  if (!tokens) return fail(options.json, tokens.error());
  if (options.json)
    print_json(operate::to_json(*tokens));
  else
    print(*tokens);
  return 0;
}

int revoke(const TokenOptions& options, const config::ConnectionConfig& connection) {
  const auto done = tokens::revoke_token(connection.tokens_file, options.id);
  if (!done) return fail(false, done.error());
  std::cerr << "Token " << options.id << " is revoked; a running bridge refuses it within a second.\n";
  return 0;
}

using TokenAction =
    std::function<int(const TokenOptions&, const config::Config&, const config::ConnectionConfig&)>;

CLI::App* add_token_action(CLI::App& token, const std::shared_ptr<TokenOptions>& options, int& exit_code,
                           std::string name, std::string help, TokenAction action) {
  auto* command = token.add_subcommand(std::move(name), std::move(help));
  add_config_option(*command, options->config);
  command->add_option("connection", options->connection, "The connection, as named in the configuration")
      ->required();
  command->callback([options, &exit_code, action = std::move(action)] {
    exit_code = 1;
    const auto config = load_or_fail(options->config, options->json);
    if (!config) return;
    const auto connection = find_connection(*config, options->connection);
    exit_code =
        connection ? action(*options, *config, **connection) : fail(options->json, connection.error());
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
  const auto options = std::make_shared<TokenOptions>();
  add_token_action(*token, options, exit_code, "new", "Make a token and print it, this once",
                   [](const TokenOptions& o, const config::Config& config,
                      const config::ConnectionConfig& connection) { return make(o, config, connection); })
      ->add_option("--label", options->label, "What it is for, such as \"Entra production\"");
  add_json_option(
      *add_token_action(*token, options, exit_code, "list", "Print id, date and label of each token",
                        [](const TokenOptions& o, const config::Config&,
                           const config::ConnectionConfig& connection) { return list(o, connection); }),
      options->json);
  add_token_action(*token, options, exit_code, "revoke", "Make a token invalid",
                   [](const TokenOptions& o, const config::Config&,
                      const config::ConnectionConfig& connection) { return revoke(o, connection); })
      ->add_option("id", options->id, "The token's id, from `dirbridge token list`")
      ->type_name("")
      ->required();
}

}  // namespace dirbridge::daemon
