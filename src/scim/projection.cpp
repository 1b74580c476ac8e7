#include "scim/projection.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "base/text.hpp"
#include "scim/resource.hpp"

namespace dirbridge::scim {
namespace {

// The names of a comma list; brackets (and what is quoted in them) are left out.
std::vector<std::string> split_names(std::string_view list) {
  std::vector<std::string> names(1);
  bool bracket = false, quoted = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const char c = list[i];
    if (bracket) {
      if (quoted && c == '\\')
        ++i;
      else if (c == '"')
        quoted = !quoted;
      else if (c == ']' && !quoted)
        bracket = false;
    } else if (c == '[') {
      bracket = true;
    } else if (c == ',') {
      names.emplace_back();
    } else if (c != ' ' && c != '\t') {
      names.back() += c;
    }
  }
  return names;
}

// Each attribute once, however often it is named; the URN of the core schema names all of its attributes.
std::vector<AttributeRef> resolve_names(const ResourceType& type, std::string_view list) {
  std::vector<AttributeRef> out;
  const auto add = [&](const AttributeRef& ref) {
    if (std::find(out.begin(), out.end(), ref) == out.end()) out.push_back(ref);
  };
  for (const auto& name : split_names(list)) {
    if (const auto ref = resolve(type, name)) add(*ref);
    if (!type.is_core_urn(name)) continue;
    for (const auto& attribute : type.core.attributes) add({nullptr, &attribute, nullptr});
  }
  return out;
}

// How a list of names speaks of an attribute.
struct Mention {
  bool whole = false;
  bool parts = false;  // some of its sub-attributes
};

Mention mention(const std::vector<AttributeRef>& refs, const Schema* extension,
                const AttributeDefinition& attribute) {
  Mention out;
  for (const auto& ref : refs) {
    if (ref.extension != extension) continue;
    if (!ref.attribute || (ref.attribute == &attribute && !ref.sub)) out.whole = true;
    if (ref.attribute == &attribute && ref.sub) out.parts = true;
  }
  return out;
}

bool names_sub(const std::vector<AttributeRef>& refs, const AttributeDefinition& sub) {
  return std::any_of(refs.begin(), refs.end(), [&](const AttributeRef& ref) { return ref.sub == &sub; });
}

bool keeps(const Projection& p, const Schema* extension, const AttributeDefinition& attribute) {
  if (attribute.returned == Returned::Never) return false;
  if (attribute.returned == Returned::Always) return true;
  if (mention(p.without, extension, attribute).whole) return false;
  const auto asked = mention(p.only, extension, attribute);
  if (p.limited || attribute.returned == Returned::Request) return asked.whole || asked.parts;
  return true;
}

void keep_subs(const Projection& p, const AttributeDefinition& attribute, bool only_named,
               json::value& value) {
  if (value.is_array()) {
    for (auto& element : value.get_array()) keep_subs(p, attribute, only_named, element);
    return;
  }
  if (!value.is_object()) return;
  auto& object = value.get_object();
  for (const auto& sub : attribute.sub_attributes) {
    if (!object.contains(sub.name) || sub.returned == Returned::Always) continue;
    const bool unasked = (only_named || sub.returned == Returned::Request) && !names_sub(p.only, sub);
    if (unasked || sub.returned == Returned::Never || names_sub(p.without, sub))
      object.stable_erase(sub.name);
  }
}

bool is_empty(const json::value& value) {
  if (value.is_object()) return value.get_object().empty();
  return value.is_array() &&
         std::all_of(value.get_array().begin(), value.get_array().end(),
                     [](const auto& element) { return element.is_object() && element.get_object().empty(); });
}

// Does any rule reach into this attribute's parts?
bool has_parts_rule(const Projection& p, const Schema* extension, const AttributeDefinition& attribute) {
  const auto special = [](const AttributeDefinition& sub) {
    return sub.returned == Returned::Never || sub.returned == Returned::Request;
  };
  return mention(p.only, extension, attribute).parts || mention(p.without, extension, attribute).parts ||
         std::any_of(attribute.sub_attributes.begin(), attribute.sub_attributes.end(), special);
}

void project_into(const Projection& p, const Schema* extension,
                  const std::vector<AttributeDefinition>& attributes, json::object& from) {
  for (const auto& attribute : attributes) {
    auto* value = from.if_contains(attribute.name);
    if (!value) continue;
    if (!keeps(p, extension, attribute)) {
      from.stable_erase(attribute.name);
      continue;
    }
    if (!has_parts_rule(p, extension, attribute)) continue;
    const auto asked = mention(p.only, extension, attribute);
    const bool was_empty = is_empty(*value);
    keep_subs(p, attribute, asked.parts && !asked.whole, *value);
    if (!was_empty && is_empty(*value)) from.stable_erase(attribute.name);
  }
}

}  // namespace

Projection parse_projection(const ResourceType& type, std::string_view attributes,
                            std::string_view excluded) {
  Projection out;
  out.limited = !trim(attributes).empty();
  out.only = resolve_names(type, attributes);
  out.without = resolve_names(type, excluded);
  return out;
}

std::string attribute_list(const json::value& names) {
  if (names.is_string()) return std::string(names.get_string());
  std::string out;
  if (!names.is_array()) return out;
  for (const auto& name : names.get_array()) {
    if (!name.is_string()) continue;
    if (!out.empty()) out += ',';
    out += std::string_view(name.get_string());
  }
  return out;
}

bool wants(const ResourceType& type, const Projection& projection, std::string_view attribute) {
  const auto* definition = type.find(attribute);
  return definition && keeps(projection, nullptr, *definition);
}

bool asks_for(const ResourceType& type, const Projection& projection, std::string_view attribute,
              std::string_view sub) {
  const auto ref = resolve(type, std::string(attribute) + '.' + std::string(sub));
  return ref && ref->sub && names_sub(projection.only, *ref->sub);
}

json::object project(const ResourceType& type, json::object resource, const Projection& projection) {
  project_into(projection, nullptr, type.core.attributes, resource);
  project_into(projection, nullptr, type.common.attributes, resource);
  for (const auto& extension : type.extensions) {
    auto* container = resource.if_contains(extension.id);
    if (container && container->is_object())
      project_into(projection, &extension, extension.attributes, container->get_object());
  }
  update_schemas(type, resource);
  return resource;
}

}  // namespace dirbridge::scim
