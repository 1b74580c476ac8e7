#include "doctor/atlassian_form.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/commands/answer.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/text/form.hpp"

namespace dirbridge::daemon {
namespace {

struct AtlassianSettingsOptions {
  std::string config;
  std::string directory;
  std::string format = "text";
  bool json = false;
};

int answer(const AtlassianSettingsOptions& options, const config::Config& config) {
  const auto directory = find_directory(config, options.directory);
  if (!directory) return fail(options.json, directory.error());
  const auto fields = doctor::atlassian_settings(**directory);
  if (!fields) return fail(options.json, fields.error());
  if (options.json)
    print_json(doctor::to_json(*fields));
  else
    std::cout << (options.format == "json" ? properties_text(*fields) : to_text(*fields));
  return 0;
}

}  // namespace

void add_atlassian_settings_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<AtlassianSettingsOptions>();
  auto* command =
      app.add_subcommand("atlassian-settings", "Print what to type into the LDAP form of a product");
  command->footer(
      "In Jira, Confluence, Bitbucket or Crowd, add a user directory of type LDAP and copy these values, in "
      "the order of\n"
      "the form. A line below a value says why, where the form's default does not fit. Change the user "
      "filter only after\n"
      "`dirbridge check` has no problem to report: a filter that the account may not search matches nobody.");
  add_config_option(*command, options->config);
  command->add_option("-d,--directory", options->directory, "Which directory, when several are configured")
      ->type_name("NAME");
  auto* const format =
      command
          ->add_option("--format", options->format,
                       "text for people, json for what the product keeps, by its property names")
          ->check(CLI::IsMember({"text", "json"}))
          ->capture_default_str();
  add_json_option(*command, options->json)->excludes(format);
  command->callback([options, &exit_code] {
    const auto config = load_or_fail(options->config, options->json);
    exit_code = config ? answer(*options, *config) : 1;
  });
}

}  // namespace dirbridge::daemon
