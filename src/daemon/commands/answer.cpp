#include "daemon/commands/answer.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "base/json_text.hpp"
#include "daemon/commands/commands.hpp"

namespace dirbridge::daemon {

namespace {

void print_failures_as_json(const std::vector<operate::Failure>& failures) {
  print_json({{"failures", operate::to_json(failures)}});
}

}  // namespace

CLI::Option* add_json_option(CLI::App& command, bool& json) {
  return command.add_flag("--json", json,
                          "The answer as one JSON object, for programs; its fields are in the README");
}

void print_json(boost::json::object answer) {
  std::cout << json_text(std::move(answer)) << std::endl;
}

void print_failures(const std::vector<operate::Failure>& failures) {
  for (const auto& [what, detail] : failures)
    std::cerr << what << (what.empty() ? "" : ": ") << detail << '\n';
}

int fail(bool json, const operate::Failure& failure) {
  print_failures({failure});
  if (json) print_failures_as_json({failure});
  return 1;
}

int fail(bool json, const Error& failure) {
  return fail(json, operate::Failure{{}, failure.detail});
}

std::optional<config::Config> load_or_fail(const std::string& path, bool json) {
  auto loaded = config::load_config(path);
  if (loaded) return std::move(*loaded);
  explain(path, loaded.error());
  if (json) {
    std::vector<operate::Failure> failures;
    for (const auto& problem : loaded.error().list) failures.push_back({problem.path, problem.message});
    print_failures_as_json(failures);
  }
  return std::nullopt;
}

}  // namespace dirbridge::daemon
