#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>

#include "base/text.hpp"
#include "config/ldap_target.hpp"
#include "daemon/commands/commands.hpp"
#include "operate/name_trial.hpp"

namespace dirbridge::daemon {
namespace {

using directory::Filter;

constexpr std::chrono::seconds time_limit{60};
constexpr std::size_t most_names = 1'000'000;

struct Options {
  std::string config;
  std::string connection;
  std::string file;
  std::vector<std::string> matches;
  std::vector<std::string> replacements;
  std::string letter_case;
};

Result<std::vector<std::string>> names_in(const std::string& file) {
  std::ifstream opened;
  if (file != "-") opened.open(file);
  std::istream& in = file == "-" ? std::cin : opened;
  if (!in) return error(ErrorKind::NotFound, "cannot read " + file);
  std::vector<std::string> names;
  for (std::string line; names.size() < most_names && std::getline(in, line);)
    if (const auto name = trim(line); !name.empty()) names.emplace_back(name);
  return names;
}

// The userNames of the connection's users, wherever they are.
Result<std::vector<std::string>> names_of_users(const std::string& connection,
                                                const config::DirectoryConfig& directory) {
  auto settings = config::ldap_settings(directory);
  if (!settings) return settings.error();
  config::LdapTarget target(std::move(*settings), directory);
  std::vector<directory::Dn> bases{directory.user_base, directory.bridge_base};
  if (directory.disable.move_to) bases.push_back(*directory.disable.move_to);
  const auto filter = Filter::all_of(
      {Filter::equal("dirbridgeConnection", connection), Filter::present("dirbridgeUserName")});
  std::vector<std::string> names;
  for (const auto& base : bases) {
    auto found =
        target.directory().search({base, directory::Scope::Subtree, filter, {"dirbridgeUserName"}, 1000},
                                  deadline_in(time_limit), [&](directory::Entry&& entry) {
                                    names.emplace_back(entry.attributes.first("dirbridgeUserName"));
                                    return names.size() < most_names;
                                  });
    if (!found) return found.error();
  }
  return names;
}

// The rules that are configured, or those on the command line in their place.
Result<mapping::UserOptions> options_with(mapping::UserOptions configured, const Options& options) {
  if (options.matches.empty() && options.letter_case.empty()) return configured;
  using mapping::LetterCase;
  const auto letter_case = options.letter_case == "lower"   ? LetterCase::Lower
                           : options.letter_case == "upper" ? LetterCase::Upper
                                                            : LetterCase::Keep;
  std::vector<mapping::NameRule> rules;
  for (std::size_t i = 0; i < options.matches.size(); ++i)
    rules.push_back({options.matches[i], options.replacements[i]});
  auto compiled = mapping::NameRules::compile(rules, letter_case);
  if (!compiled) return compiled.error();
  configured.name_rules = std::move(*compiled);
  return configured;
}

int fail(const Error& failure) {
  std::cerr << (failure.field.empty() ? "" : failure.field + ": ") << failure.detail << '\n';
  return 1;
}

int try_regex(const Options& options, const config::Config& config) {
  if (options.matches.size() != options.replacements.size()) {
    std::cerr << "Give --match and --replace in pairs\n";
    return 2;
  }
  const auto found = config.connections.find(options.connection);
  if (found == config.connections.end()) {
    std::vector<std::string> known;
    for (const auto& [name, connection] : config.connections) known.push_back(name);
    std::cerr << "There is no connection \"" << options.connection << "\"; configured: " << join(known, ", ")
              << '\n';
    return 1;
  }
  auto users = options_with(found->second.users, options);
  if (!users) return fail(users.error());
  mapping::Rules rules;
  rules.user_options = std::move(*users);
  const auto names = options.file.empty()
                         ? names_of_users(options.connection, config.directories.at(found->second.directory))
                         : names_in(options.file);
  if (!names) return fail(names.error());
  const auto trials = operate::try_names(rules, *names);
  std::cout << operate::to_table(trials) << std::flush;
  std::cerr << operate::summary(trials) << '\n';
  return operate::is_safe(trials) ? 0 : 1;
}

}  // namespace

void add_try_regex_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  auto* command =
      app.add_subcommand("try-regex", "Show what name rules make of the users' names; changes nothing");
  command->footer(
      "Shows each userName and the login name that the connection's name_rules and name_case make of it; "
      "which of them\n"
      "change, which collide (the second of two would be refused) and which are refused. Rules that are not "
      "configured\n"
      "yet are tried with --match and --replace, several in the order given:\n"
      "  dirbridge try-regex entra --match '(.*)@.*' --replace '$1' --case lower\n"
      "Exit code 1: somebody collides or is refused.");
  add_config_option(*command, options->config);
  command->add_option("connection", options->connection, "The connection, as named in the configuration")
      ->required();
  command
      ->add_option("-f,--file", options->file,
                   "Names to try, one on each line, instead of the directory's users; - is standard input")
      ->type_name("NAMES");
  command->add_option("--match", options->matches, "A regular expression that the whole name must match")
      ->type_name("REGEX")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--replace", options->replacements, "What then takes its place: $1 is the first group")
      ->type_name("TEXT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--case", options->letter_case, "The letter case of the result")
      ->check(CLI::IsMember({"keep", "lower", "upper"}));
  command->callback([options, &exit_code] {
    const auto config = load_or_explain(options->config);
    exit_code = config ? try_regex(*options, *config) : 1;
  });
}

}  // namespace dirbridge::daemon
