#include "config/take_over.hpp"

#include <boost/json.hpp>

#include "config/document.hpp"
#include "config/object_reader.hpp"
#include "config/reload.hpp"

namespace dirbridge::config {

namespace {

namespace json = boost::json;

bool has_its_directory(const Config& running, const ConnectionConfig& connection) {
  return running.directories.contains(connection.directory);
}

// The value under `key` as in `from`; gone where that has none.
void copy_key(json::object& to, const json::value& from, std::string_view key) {
  if (const auto* value = section_at(from, {key}))
    to[key] = *value;
  else
    to.erase(key);
}

json::object& object_at(json::object& parent, std::string_view key) {
  auto& value = parent[key];
  return value.is_object() ? value.get_object() : value.emplace_object();
}

json::object object_of(const json::value* value) {
  return value && value->is_object() ? value->get_object() : json::object();
}

void keep_server(json::object& document, const Config& running, const Config& next) {
  const json::value before = object_of(section_at(running.document, {"server"}));
  auto& server = object_at(document, "server");
  for (const auto* key : {"listen", "limits", "base_path", "alias_paths"}) copy_key(server, before, key);
  if (running.server.tls.has_value() != next.server.tls.has_value()) copy_key(server, before, "tls");
}

void keep_connections(json::object& document, const Config& running, const Config& next) {
  const json::value before = object_of(section_at(running.document, {"connections"}));
  auto& connections = object_at(document, "connections");
  for (const auto& [name, connection] : next.connections)
    if (!has_its_directory(running, connection)) copy_key(connections, before, name);
}

}  // namespace

boost::system::result<TakenOver, Problems> take_over(const Config& running, const Config& next) {
  TakenOver out{next, needs_restart(running, next)};
  for (const auto& [name, connection] : next.connections)
    if (!has_its_directory(running, connection))
      out.waiting.push_back(member_path(member_path("$.connections", name), "directory"));
  if (out.waiting.empty()) return out;
  auto document = object_of(&next.document);
  keep_server(document, running, next);
  for (const auto* key : {"admin", "audit", "schemas", "directories"})
    copy_key(document, running.document, key);
  keep_connections(document, running, next);
  auto merged = parse_config(json::serialize(document), next.folder);
  if (!merged) return merged.error();
  out.config = std::move(*merged);
  out.config.fingerprint = next.fingerprint;
  return out;
}

bool is_as_written(const Config& taken, const Config& next, const std::string& connection) {
  const auto& directory = taken.connections.at(connection).directory;
  return !differ(taken, next, {"schemas"}) && !differ(taken, next, {"directories", directory}) &&
         !differ(taken, next, {"connections", connection});
}

bool has_changed(const Config& before, const Config& after, const std::string& connection) {
  return differ(before, after, {"connections", connection});
}

bool has_other_rules(const Config& before, const Config& after, const std::string& connection) {
  return differ(before, after, {"connections", connection, "users"}) ||
         differ(before, after, {"connections", connection, "groups"});
}

}  // namespace dirbridge::config
