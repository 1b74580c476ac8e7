#include "walk.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "config/describe.hpp"
#include "config/object_reader.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;
using Kind = Values::Kind;

using VisitKey = std::function<void(const KeyInfo&, const std::string&)>;
using VisitValue = std::function<void(const Found&)>;

void walk(const Values& values, const std::string& path, const VisitKey& visit) {
  for (const auto& key : values.keys) {
    const auto here = path + "." + std::string(key.name);
    visit(key, here);
    walk(key.values, here, visit);
  }
  if (values.kind == Kind::List) walk(values.element.front(), path + "[]", visit);
  if (values.kind == Kind::Map)
    walk(values.element.front(), path + ".<" + std::string(values.shown) + ">", visit);
}

struct Place {
  std::string path;
  std::string table_path;
};

void walk(const Values& values, const Place& place, json::value& value, const VisitValue& visit) {
  auto* object = value.if_object();
  if (object && values.kind == Kind::Map)
    for (auto& [name, one] : *object)
      walk(values.element.front(),
           {member_path(place.path, name), place.table_path + ".<" + std::string(values.shown) + ">"}, one,
           visit);
  if (auto* list = value.if_array(); list && values.kind == Kind::List)
    for (std::size_t i = 0; i < list->size(); ++i)
      walk(values.element.front(), {place.path + "[" + std::to_string(i) + "]", place.table_path + "[]"},
           (*list)[i], visit);
  if (!object) return;
  for (const auto& key : values.keys) {
    auto* found = object->if_contains(key.name);
    if (!found) continue;
    const Place here{member_path(place.path, key.name), place.table_path + "." + std::string(key.name)};
    visit({key, here.path, here.table_path, *found});
    walk(key.values, here, *found, visit);
  }
}

}  // namespace

void each_key(const VisitKey& visit) {
  walk(described().values, "$", visit);
}

std::vector<std::string> all_paths() {
  std::vector<std::string> out;
  each_key([&](const KeyInfo&, const std::string& path) { out.push_back(path); });
  return out;
}

void each_value(json::value& file, const VisitValue& visit) {
  walk(described().values, Place{"$", "$"}, file, visit);
}

json::value parsed(const std::string& text) {
  std::vector<Problem> problems;
  return parse_config_json(text, problems);
}

std::string text_of(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace dirbridge::config
