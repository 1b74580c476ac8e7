#include "config/describe.hpp"

#include <boost/json/array.hpp>

#include "config/sections/sections.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;
using Kind = Values::Kind;

// `restart`: something above takes effect at a restart only.
json::object schema_of(const Values& values, bool restart);

json::array array_of(const std::vector<std::string_view>& words) {
  return json::array(words.begin(), words.end());
}

void allow_null(json::object& schema) {
  if (auto* type = schema.if_contains("type")) *type = json::array{*type, "null"};
  if (auto* words = schema.if_contains("enum")) words->as_array().push_back(nullptr);
  if (auto* any = schema.if_contains("anyOf"); any) any->as_array().push_back(json::object{{"type", "null"}});
}

json::object schema_of(const KeyInfo& key, bool restart) {
  restart = restart || key.effect == Effect::Restart;
  auto out = schema_of(key.values, restart);
  if (!key.required) allow_null(out);
  std::string text(key.what);
  if (!key.otherwise.empty()) text.append("; default: ").append(key.otherwise);
  out["description"] = text;
  const bool is_constant = !key.fallback.is_null() && key.otherwise.empty() && !key.required;
  if (is_constant && key.values.kind != Kind::Section) out["default"] = key.fallback;
  out["x-takes-effect"] = restart ? "restart" : "reload";
  return out;
}

json::object schema_of_section(const std::vector<KeyInfo>& keys, bool restart) {
  json::object properties;
  json::array required;
  for (const auto& key : keys) {
    properties[key.name] = schema_of(key, restart);
    if (key.required) required.emplace_back(key.name);
  }
  json::object out{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) out["required"] = std::move(required);
  out["additionalProperties"] = false;
  return out;
}

// Exactly one of these has a text; null is as good as left out.
json::array each_alone(const std::vector<KeyInfo>& keys) {
  json::array out;
  for (const auto& key : keys)
    out.push_back(json::object{{"properties", json::object{{key.name, json::object{{"type", "string"}}}}},
                               {"required", json::array{json::value(key.name)}}});
  return out;
}

json::object schema_of_names(const Values& values, bool restart) {
  auto each = schema_of(values.element.front(), restart);
  if (values.element.front().kind == Kind::Texts) allow_null(each);
  json::object out{{"type", "object"}, {"additionalProperties", std::move(each)}};
  if (!values.name_pattern.empty()) out["propertyNames"] = json::object{{"pattern", values.name_pattern}};
  return out;
}

json::object text_schema() {
  return {{"type", "string"}, {"minLength", 1}};
}

json::object any_of(json::array alternatives) {
  return {{"anyOf", std::move(alternatives)}};
}

json::object schema_of(const Values& values, bool restart) {
  switch (values.kind) {
    case Kind::Flag:
      return {{"type", "boolean"}};
    case Kind::FlagOrAuto:
      return {{"enum", json::array{true, false, "auto"}}};
    case Kind::Number:
      return {{"type", "integer"}, {"minimum", values.least}, {"maximum", values.most}};
    case Kind::Text:
      return text_schema();
    case Kind::Word:
      return {{"enum", array_of(values.words)}};
    case Kind::Texts: {
      const auto item = values.words.empty() ? json::object{{"type", "string"}}
                                             : json::object{{"enum", array_of(values.words)}};
      return any_of({item, json::object{{"type", "array"}, {"items", item}}});
    }
    case Kind::Section:
      return schema_of_section(values.keys, restart);
    case Kind::OneKey: {
      auto out = schema_of_section(values.keys, restart);
      out["oneOf"] = each_alone(values.keys);
      return out;
    }
    case Kind::TextOrSection:
      return any_of({text_schema(), schema_of_section(values.keys, restart), json::object{{"type", "null"}}});
    case Kind::List:
      return {{"type", "array"}, {"items", schema_of(values.element.front(), restart)}};
    case Kind::Map:
      return schema_of_names(values, restart);
  }
  return {};
}

}  // namespace

const KeyInfo& described() {
  static const KeyInfo file{
      "", Values::section(describe_keys(root_keys(), default_config(""))),
      "the configuration of dirbridge: JSON in which comments and trailing commas are allowed"};
  return file;
}

json::object json_schema() {
  json::object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                   {"title", "dirbridge configuration"},
                   {"description", described().what}};
  for (auto& [key, value] : schema_of_section(described().values.keys, false)) out[key] = std::move(value);
  return out;
}

}  // namespace dirbridge::config
