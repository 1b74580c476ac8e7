#include "config/take_over.hpp"

#include <boost/json.hpp>

#include "config/object_reader.hpp"
#include "config/reload.hpp"
#include "config/write.hpp"

namespace dirbridge::config {

namespace {

namespace json = boost::json;

// Null: there is none, or it is null.
const json::value* section_at(const json::value& document, std::initializer_list<std::string_view> keys) {
  const auto* at = &document;
  for (const auto key : keys) {
    const auto* object = at->if_object();
    at = object ? object->if_contains(key) : nullptr;
    if (!at || at->is_null()) return nullptr;
  }
  return at;
}

bool differ(const Config& a, const Config& b, std::initializer_list<std::string_view> keys) {
  const json::value before = to_json(a);
  const json::value after = to_json(b);
  const auto* one = section_at(before, keys);
  const auto* other = section_at(after, keys);
  return one && other ? *one != *other : one != other;
}

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

void keep_server(json::object& document, const json::value& before_all, const Config& running,
                 const Config& next) {
  const json::value before = object_of(section_at(before_all, {"server"}));
  auto& server = object_at(document, "server");
  for (const auto* key : {"listen", "limits", "base_path", "alias_paths"}) copy_key(server, before, key);
  if (running.server.tls.has_value() != next.server.tls.has_value()) copy_key(server, before, "tls");
}

void keep_connections(json::object& document, const json::value& before_all, const Config& running,
                      const Config& next) {
  const json::value before = object_of(section_at(before_all, {"connections"}));
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
  auto document = to_json(next);
  const json::value before = to_json(running);
  keep_server(document, before, running, next);
  for (const auto* key : {"admin", "audit", "schemas", "directories"}) copy_key(document, before, key);
  keep_connections(document, before, running, next);
  auto merged = parse_config(json::serialize(document), {});
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
