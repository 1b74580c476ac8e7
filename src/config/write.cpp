#include "config/write.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "config/describe.hpp"
#include "config/sections/sections.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;

DirectoryConfig defaults_beside(const DirectoryConfig& directory) {
  auto out = default_directory(directory.dialect);
  out.dialect = Dialect::Standard;
  return out;
}

ConnectionConfig defaults_beside(const std::string& name, const std::string& folder,
                                 const ConnectionConfig& connection) {
  auto out = default_connection(name, folder);
  const auto rows = profiles();
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const Profile& one) { return one.name == connection.behaviour.name; });
  if (row != rows.end()) out.behaviour = *row;
  out.behaviour.name = generic_profile().name;
  out.behaviour.default_page_size =
      std::min(out.behaviour.default_page_size, connection.behaviour.max_page_size);
  return out;
}

// What the keys would be that depend on others, beside these.
Config defaults_beside(const Config& config, const std::string& folder) {
  auto out = default_config(folder);
  auto& limits = out.server.limits;
  limits.body_bytes_in_flight = std::max(limits.body_bytes_in_flight, 2 * config.server.limits.body_bytes);
  for (const auto& [name, directory] : config.directories) out.directories[name] = defaults_beside(directory);
  for (const auto& [name, connection] : config.connections)
    out.connections[name] = defaults_beside(name, folder, connection);
  return out;
}

json::object changed_keys(const std::vector<KeyInfo>& keys, const json::object& section,
                          const json::object* defaults);

// `fallback`: what it would be; nullptr: the default of the table.
json::value changed_value(const Values& values, const json::value& value, const json::value* fallback) {
  const auto* object = value.if_object();
  const auto* before = fallback ? fallback->if_object() : nullptr;
  if (object && (values.kind == Values::Kind::Section || values.kind == Values::Kind::TextOrSection))
    return changed_keys(values.keys, *object, before);
  if (object && values.kind == Values::Kind::Map) {
    json::object out;
    for (const auto& [name, one] : *object)
      out[name] = changed_value(values.element.front(), one, before ? before->if_contains(name) : nullptr);
    return out;
  }
  if (const auto* list = value.if_array(); list && values.kind == Values::Kind::List) {
    json::array out;
    for (const auto& one : *list) out.push_back(changed_value(values.element.front(), one, nullptr));
    return out;
  }
  return value;
}

json::object changed_keys(const std::vector<KeyInfo>& keys, const json::object& section,
                          const json::object* defaults) {
  json::object out;
  for (const auto& key : keys) {
    const auto& value = section.at(key.name);
    const auto* beside = defaults ? defaults->if_contains(key.name) : nullptr;
    const auto& fallback = beside && !beside->is_null() ? *beside : key.fallback;
    if (value.is_null() || (value == fallback && !key.required)) continue;
    out[key.name] = changed_value(key.values, value, &fallback);
  }
  return out;
}

}  // namespace

json::object to_json(const Config& config) {
  return write_keys(root_keys(), config);
}

json::object changed(const Config& config, const std::string& folder) {
  const auto defaults = to_json(defaults_beside(config, folder));
  return changed_keys(described().values.keys, to_json(config), &defaults);
}

}  // namespace dirbridge::config
