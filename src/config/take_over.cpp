#include "config/take_over.hpp"

#include <boost/json.hpp>

#include "config/object_reader.hpp"
#include "config/reload.hpp"
#include "config/write.hpp"

namespace dirbridge::config {

namespace {

namespace json = boost::json;

// `next` in what a running bridge can take over, and `running` in the rest. A connection whose directory does
// not run is as it was, or is not there.
Config mixed(const Config& running, const Config& next) {
  auto out = next;
  out.server = running.server;
  out.server.public_url = next.server.public_url;
  if (running.server.tls && next.server.tls) out.server.tls = next.server.tls;
  out.admin = running.admin;
  out.audit = running.audit;
  out.extensions = running.extensions;
  out.directories = running.directories;
  for (const auto& [name, connection] : next.connections) {
    if (running.directories.contains(connection.directory)) continue;
    const auto before = running.connections.find(name);
    if (before == running.connections.end())
      out.connections.erase(name);
    else
      out.connections[name] = before->second;
  }
  return out;
}

}  // namespace

boost::system::result<TakenOver, Problems> take_over(const Config& running, const Config& next) {
  TakenOver out{next, needs_restart(running, next)};
  for (const auto& [name, connection] : next.connections)
    if (!running.directories.contains(connection.directory))
      out.waiting.push_back(member_path(member_path("$.connections", name), "directory"));
  if (out.waiting.empty()) return out;
  // Read again as a whole: rules that do not go with the directories that run are refused.
  auto merged = parse_config(json::serialize(to_json(mixed(running, next))), {});
  if (!merged) return merged.error();
  out.config = std::move(*merged);
  out.config.fingerprint = next.fingerprint;
  return out;
}

bool is_as_written(const Config& taken, const Config& next, const std::string& connection) {
  const auto& directory = taken.connections.at(connection).directory;
  const auto written = next.directories.find(directory);
  return taken.extensions == next.extensions && written != next.directories.end() &&
         taken.directories.at(directory) == written->second && !has_changed(taken, next, connection);
}

bool has_changed(const Config& before, const Config& after, const std::string& connection) {
  return before.connections.at(connection) != after.connections.at(connection);
}

bool has_other_rules(const Config& before, const Config& after, const std::string& connection) {
  const auto& was = before.connections.at(connection);
  const auto& is = after.connections.at(connection);
  return was.users != is.users || was.groups != is.groups;
}

}  // namespace dirbridge::config
