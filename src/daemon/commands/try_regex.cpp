#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>

#include "base/text.hpp"
#include "daemon/commands/answer.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/text/names.hpp"
#include "operate/name_trial.hpp"
#include "operate/user_names.hpp"

namespace dirbridge::daemon {
namespace {

constexpr std::size_t most_names = 1'000'000;

struct TryRegexOptions {
  std::string config;
  std::string connection;
  std::string file;
  std::vector<std::string> matches;
  std::vector<std::string> replacements;
  std::string letter_case;
  bool json = false;
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

// The rules that are configured, or those on the command line in their place.
Result<mapping::UserOptions> options_with(mapping::UserOptions configured, const TryRegexOptions& options) {
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

int answer(const TryRegexOptions& options, const std::vector<operate::NameTrial>& trials) {
  if (options.json) {
    print_json(operate::to_json(trials));
  } else {
    std::cout << to_table(trials) << std::flush;
    std::cerr << summary(trials) << '\n';
  }
  return operate::is_safe(trials) ? 0 : 1;
}

int try_regex(const TryRegexOptions& options, const config::Config& config) {
  const auto connection = find_connection(config, options.connection);
  if (!connection) return fail(options.json, connection.error());
  const auto failed = [&](const Error& why) {
    return fail(options.json, operate::Failure{why.field, why.detail});
  };
  auto users = options_with((*connection)->users, options);
  if (!users) return failed(users.error());
  mapping::Rules rules;
  rules.user_options = std::move(*users);
  const auto& directory = config.directories.at((*connection)->directory);
  const auto names =
      options.file.empty() ? operate::user_names(options.connection, directory) : names_in(options.file);
  if (!names) return failed(names.error());
  return answer(options, operate::try_names(rules, *names));
}

int run(const TryRegexOptions& options) {
  if (options.matches.size() != options.replacements.size()) {
    std::cerr << "Give --match and --replace in pairs\n";
    return 2;
  }
  const auto config = load_or_fail(options.config, options.json);
  return config ? try_regex(options, *config) : 1;
}

}  // namespace

void add_try_regex_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<TryRegexOptions>();
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
  add_json_option(*command, options->json);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace dirbridge::daemon
