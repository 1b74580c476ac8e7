#include "scim/resource_type.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <utility>

#include "base/text.hpp"

namespace dirbridge::scim {
namespace {

constexpr std::string_view user_urn = "urn:ietf:params:scim:schemas:core:2.0:User";
constexpr std::string_view group_urn = "urn:ietf:params:scim:schemas:core:2.0:Group";

// What clients write instead of a schema's URN: SCIM 1.1 templates (OneLogin), Entra's group URN, a
// misspelling in Microsoft's documentation.
struct Alias {
  std::string_view alias, urn;
};
constexpr std::array<Alias, 6> aliases{{
    {"urn:scim:schemas:core:1.0", user_urn},
    {"urn:scim:schemas:core:1.0", group_urn},
    {"urn:scim:schemas:core:1.0:User", user_urn},
    {"http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group", group_urn},
    {"urn:scim:schemas:extension:enterprise:1.0", enterprise_urn},
    {"urn:ietf:params:scim:schemas:extension:enterprise:2.0User", enterprise_urn},
}};

bool names_schema(std::string_view text, const Schema& schema) {
  if (iequals(text, schema.id)) return true;
  for (const auto& [alias, urn] : aliases)
    if (urn == schema.id && iequals(text, alias)) return true;
  return false;
}

// Length of the URN of `schema` (or of an alias) at the start of `text`, when ':' or '.' or nothing follows;
// else 0.
std::size_t urn_prefix(std::string_view text, const Schema& schema) {
  std::size_t longest = 0;
  const auto consider = [&](std::string_view urn) {
    const bool ends_there =
        text.size() == urn.size() ||
        (text.size() > urn.size() && (text[urn.size()] == ':' || text[urn.size()] == '.'));
    if (ends_there && urn.size() > longest && istarts_with(text, urn)) longest = urn.size();
  };
  consider(schema.id);
  for (const auto& [alias, urn] : aliases)
    if (urn == schema.id) consider(alias);
  return longest;
}

// SCIM 1.1 calls the id of a manager `managerId`.
const AttributeDefinition* find_sub(const Schema* extension, const AttributeDefinition& attribute,
                                    std::string_view name) {
  if (const auto* found = attribute.find(name)) return found;
  const bool old_name = extension && extension->id == enterprise_urn && attribute.name == "manager" &&
                        iequals(name, "managerId");
  return old_name ? attribute.find("value") : nullptr;
}

// `attr` or `attr.sub` among the attributes that `find` knows.
template <class Find>
std::optional<AttributeRef> resolve_in(const Schema* extension, std::string_view name, const Find& find) {
  const auto dot = name.find('.');
  AttributeRef ref{extension, find(name.substr(0, dot)), nullptr};
  if (!ref.attribute) return std::nullopt;
  if (dot == std::string_view::npos) return ref;
  ref.sub = find_sub(extension, *ref.attribute, name.substr(dot + 1));
  if (!ref.sub) return std::nullopt;
  return ref;
}

std::optional<AttributeRef> resolve_extension(const Schema& extension, std::string_view name) {
  return resolve_in(&extension, name, [&](std::string_view n) { return extension.find(n); });
}

std::optional<AttributeRef> resolve_with_urn(const ResourceType& type, std::string_view name) {
  for (const auto& extension : type.extensions) {
    const auto length = urn_prefix(name, extension);
    if (length == 0) continue;
    if (length == name.size()) return AttributeRef{&extension, nullptr, nullptr};
    return resolve_extension(extension, name.substr(length + 1));
  }
  const auto length = urn_prefix(name, type.core);
  if (length == 0 || length == name.size()) return std::nullopt;
  return resolve_in(nullptr, name.substr(length + 1), [&](std::string_view n) { return type.find(n); });
}

}  // namespace

bool AttributeRef::read_only() const {
  const auto is = [](const AttributeDefinition* a) { return a && a->mutability == Mutability::ReadOnly; };
  return is(attribute) || is(sub);
}

std::string to_string(const AttributeRef& ref) {
  std::string out;
  if (ref.extension) out += ref.extension->id;
  if (ref.extension && ref.attribute) out += ':';
  if (ref.attribute) out += ref.attribute->name;
  if (ref.sub) (out += '.') += ref.sub->name;
  return out;
}

const AttributeDefinition* ResourceType::find(std::string_view attribute) const {
  if (const auto* found = core.find(attribute)) return found;
  return common.find(attribute);
}

const Schema* ResourceType::find_extension(std::string_view urn) const {
  for (const auto& extension : extensions)
    if (names_schema(urn, extension)) return &extension;
  return nullptr;
}

bool ResourceType::is_core_urn(std::string_view urn) const {
  return names_schema(urn, core);
}

std::optional<AttributeRef> resolve(const ResourceType& type, std::string_view name) {
  if (name.find(':') != std::string_view::npos) return resolve_with_urn(type, name);
  if (auto ref = resolve_in(nullptr, name, [&](std::string_view n) { return type.find(n); })) return ref;
  if (type.find(name.substr(0, name.find('.')))) return std::nullopt;
  for (const auto& extension : type.extensions)
    if (auto ref = resolve_extension(extension, name)) return ref;
  return std::nullopt;
}

ResourceType knowing(const ResourceType& type, const std::vector<const ResourceType*>& others) {
  const auto plain = [](const Schema& schema) {
    return Schema{schema.id, schema.name, schema.attributes, {}};
  };
  ResourceType out{type.name, type.endpoint, type.description, plain(type.core), {}, plain(type.common)};
  for (const auto& extension : type.extensions) out.extensions.push_back(plain(extension));
  for (const auto* other : others) {
    for (const auto& attribute : other->core.attributes)
      if (!out.find(attribute.name)) out.core.attributes.push_back(attribute);
    for (const auto& extension : other->extensions)
      if (!out.find_extension(extension.id)) out.extensions.push_back(plain(extension));
  }
  return out;
}

const json::value* find_value(const json::object& resource, const AttributeRef& ref) {
  if (!ref.extension) return ref.attribute ? resource.if_contains(ref.attribute->name) : nullptr;
  const auto* container = resource.if_contains(ref.extension->id);
  if (!container || !ref.attribute) return container;
  return container->is_object() ? container->get_object().if_contains(ref.attribute->name) : nullptr;
}

json::object describe(const ResourceType& type) {
  json::array extensions;
  for (const auto& extension : type.extensions)
    extensions.push_back(json::object{{"schema", extension.id}, {"required", false}});
  return {{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:ResourceType"}},
          {"id", type.name},
          {"name", type.name},
          {"description", type.description},
          {"endpoint", type.endpoint},
          {"schema", type.core.id},
          {"schemaExtensions", std::move(extensions)},
          {"meta", json::object{{"resourceType", "ResourceType"}}}};
}

}  // namespace dirbridge::scim
