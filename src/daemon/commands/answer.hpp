#pragma once
// How a command answers: in text for people, or by --json with one JSON object for programs, and nothing else
// on standard output. What goes wrong is said on standard error either way.
#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "operate/failure.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace dirbridge::daemon {

// `json` outlives the parse.
CLI::Option* add_json_option(CLI::App& command, bool& json);

void print_json(boost::json::object answer);
void print_failures(const std::vector<operate::Failure>& failures);

// Nothing can be answered: says why, and gives the exit code.
int fail(bool json, const operate::Failure& failure);
int fail(bool json, const Error& failure);

// The configuration, or nullopt after all its problems were said.
std::optional<config::Config> load_or_fail(const std::string& path, bool json);

}  // namespace dirbridge::daemon
