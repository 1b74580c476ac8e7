#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "config/describe.hpp"
#include "config/pretty.hpp"
#include "config/write.hpp"
#include "daemon/commands/commands.hpp"

namespace dirbridge::daemon {
namespace {

struct ConfigOptions {
  std::string config;
  bool changed = false;
};

int show(const ConfigOptions& options) {
  const auto config = load_or_explain(options.config);
  if (!config) return 1;
  const auto folder = std::filesystem::absolute(options.config).parent_path().string();
  std::cout << config::pretty(options.changed ? config::changed(*config, folder) : config::to_json(*config));
  return 0;
}

void add_show(CLI::App& command, int& exit_code) {
  const auto options = std::make_shared<ConfigOptions>();
  auto* show_command = command.add_subcommand("show", "Print the configuration as the bridge reads it");
  show_command->footer(
      "Every key with the value that counts, in JSON that can be a configuration file itself; null: not set, "
      "or without\n"
      "meaning beside the others. File names are absolute. Secrets are not in it, only where they are.");
  add_config_option(*show_command, options->config);
  show_command->add_flag("--changed", options->changed,
                         "Only what is not the default: the shortest file that means the same");
  show_command->callback([options, &exit_code] { exit_code = show(*options); });
}

}  // namespace

void add_config_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("config", "Print the configuration, and what may stand in it");
  command->require_subcommand(1);
  command->footer("`dirbridge check` says whether a configuration works.");
  add_show(*command, exit_code);
  auto* keys = command->add_subcommand("keys", "Print every key with its values, default and meaning");
  keys->footer("Markdown, the page config/keys.md. To look for a key: dirbridge config keys | grep WORD");
  keys->callback([] { std::cout << config::key_page(); });
  auto* schema = command->add_subcommand("schema", "Print the JSON Schema of the configuration file");
  schema->footer(
      "For editors that complete and check while one types. It knows types, ranges and words; how keys go "
      "together\n"
      "only `dirbridge check` knows.");
  schema->callback([] { std::cout << config::pretty(config::json_schema()); });
}

}  // namespace dirbridge::daemon
