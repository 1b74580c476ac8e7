// Extension schemas (RFC 7643 sections 3.3 and 7) as the configuration gives them.
#include <algorithm>
#include <set>

#include <boost/json/array.hpp>

#include "base/text.hpp"
#include "config/sections/attribute_text.hpp"
#include "config/sections/sections.hpp"
#include "mapping/group_entry.hpp"
#include "mapping/password.hpp"
#include "mapping/user_entry.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_urn(std::string_view text) {
  return istarts_with(text, "urn:") && text.size() > 4 && text.back() != ':' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter_or_digit(c) || std::string_view(":.-_").find(c) != std::string_view::npos;
         });
}

// RFC 7643 2.1; `$ref` is a sub-attribute's name.
bool is_attribute_name(std::string_view name) {
  if (name == "$ref") return true;
  return !name.empty() && is_letter_or_digit(name.front()) && !(name.front() >= '0' && name.front() <= '9') &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '$'; });
}

// "a:b" before "a:b:c:name" would take what belongs to "a:b:c".
bool continues(std::string_view longer, std::string_view urn) {
  return longer.size() > urn.size() && istarts_with(longer, urn) && longer[urn.size()] == ':';
}

void check_urn(ObjectReader& reader, const std::string& urn, const std::vector<ExtensionConfig>& others) {
  if (!is_urn(urn))
    return reader.problem("", "is not a URN",
                          "such as urn:example:params:scim:schemas:extension:acme:2.0:User");
  const auto& standard = scim::standard_catalog();
  std::vector<std::string> taken;
  for (const auto& schema : standard.schemas) taken.push_back(schema.id);
  for (const auto& other : others) taken.push_back(other.schema.id);
  const bool known = standard.user.is_core_urn(urn) || standard.group.is_core_urn(urn) ||
                     standard.user.find_extension(urn) != nullptr;
  for (const auto& other : taken)
    if (known || iequals(other, urn) || continues(urn, other) || continues(other, urn))
      return reader.problem("", "this URN, or the beginning of it, is another schema's",
                            "an extension needs a URN of its own");
}

using Names = std::set<std::string, ILess>;

void read_definition(ObjectReader& in, const Keys<AttributeText>& keys, Names& names, AttributeText& out) {
  read_keys(in, keys, out);
  if (!out.name.empty() && !is_attribute_name(out.name))
    in.problem("name", "is not an attribute name", "a letter, then letters, digits, - and _");
  if (!out.name.empty() && !names.insert(out.name).second)
    in.problem("name", "\"" + out.name + "\" is there already", "names compare without case");
}

AttributeText read_attribute(ObjectReader& in, Names& names) {
  AttributeText out;
  read_definition(in, attribute_keys(), names, out);
  if (out.type != "complex") {
    if (in.raw("subAttributes"))
      in.problem("subAttributes", "belong to a complex attribute only", "set type to \"complex\"");
    return out;
  }
  Names inner;
  in.items("subAttributes", [&](ObjectReader& sub) {
    read_definition(sub, sub_attribute_keys(), inner, out.sub_attributes.emplace_back());
  });
  if (out.sub_attributes.empty()) in.problem("subAttributes", "a complex attribute needs at least one", {});
  return out;
}

bool is_ours(ExtensionConfig::Of of, const std::string& name) {
  const auto& written =
      of == ExtensionConfig::Of::User ? mapping::user_attributes() : mapping::group_attributes();
  const auto same = [&](const auto& other) { return iequals(other, name); };
  // On entries, where extensions are written, it is the administrator's.
  if (of == ExtensionConfig::Of::Group && iequals(name, mapping::mapped_as_attribute)) return false;
  return std::any_of(written.begin(), written.end(), same) || same(mapping::password_attribute) ||
         same("member") || istarts_with(name, "dirbridge") || istarts_with(name, "pwd");
}

void add_rule(ObjectReader& in, const AttributeText& attribute, ExtensionConfig& extension) {
  const auto& target = attribute.ldap_attribute;
  if (target.empty()) return;
  for (const auto* no : {"complex", "binary", "dateTime"})
    if (attribute.type == no)
      return in.problem("ldapAttribute", "an attribute of type " + attribute.type + " cannot be mapped",
                        "map one of type string, boolean, decimal, integer or reference");
  if (is_ours(extension.of, target))
    return in.problem("ldapAttribute", "the bridge writes " + target + " itself", "choose another one");
  for (const auto& rule : extension.rules)
    if (iequals(rule.ldap_attribute, target))
      return in.problem("ldapAttribute", target + " is mapped already", "choose another one");
  extension.rules.push_back({extension.schema.id, attribute.name, attribute.multi_valued, target});
}

constexpr auto needs_one = "needs at least one";

constexpr Word<ExtensionConfig::Of> resources[] = {{"User", ExtensionConfig::Of::User},
                                                   {"Group", ExtensionConfig::Of::Group}};

// A text of the schema's document.
Type<ExtensionConfig> document_text(const char* key) {
  return {.values = text().values, .read = nullptr, .write = [key](const ExtensionConfig& extension) {
            const auto* value = extension.schema.document.if_contains(key);
            return value && !value->get_string().empty() ? *value : json::value();
          }};
}

std::string_view ldap_attribute_of(const ExtensionConfig& extension, std::string_view attribute) {
  for (const auto& rule : extension.rules)
    if (rule.attribute == attribute) return rule.ldap_attribute;
  return {};
}

Type<ExtensionConfig> attributes() {
  auto list = attribute_list(attribute_keys());
  return {.values = std::move(list.values),
          .read = nullptr,
          .write = [write = std::move(list.write)](const ExtensionConfig& extension) {
            std::vector<AttributeText> all;
            if (const auto* attributes = extension.schema.document.if_contains("attributes"))
              for (const auto& attribute : attributes->as_array()) {
                all.push_back(text_of(attribute.as_object()));
                all.back().ldap_attribute = ldap_attribute_of(extension, all.back().name);
              }
            return write(all);
          }};
}

ExtensionConfig read_extension(ObjectReader& reader, const std::string& urn) {
  ExtensionConfig out;
  out.schema.id = urn;
  read_keys(reader, extension_keys(), out);
  json::object document{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Schema"}},
                        {"id", urn}};
  document["name"] = reader.text("name").value_or(urn.substr(urn.rfind(':') + 1));
  document["description"] = reader.text("description").value_or("");
  json::array attributes;
  Names names;
  reader.items("attributes", [&](ObjectReader& item) {
    const auto attribute = read_attribute(item, names);
    add_rule(item, attribute, out);
    attributes.push_back(document_of(attribute));
  });
  if (attributes.empty()) reader.problem("attributes", needs_one, {});
  document["attributes"] = std::move(attributes);
  // Fails only after a problem was noted: then nobody looks at the schema.
  if (auto schema = scim::read_schema(document)) out.schema = std::move(*schema);
  return out;
}

}  // namespace

const Keys<ExtensionConfig>& extension_keys() {
  constexpr auto restart = Effect::Restart;
  static const Keys<ExtensionConfig> keys = {
      {"resource",
       &ExtensionConfig::of,
       word(resources),
       "whose attributes these are",
       restart,
       {.required = "\"User\" or \"Group\""}},
      {"name",
       document_text("name"),
       "shown in /Schemas",
       restart,
       {.otherwise = "the last part of the URN"}},
      {"description", document_text("description"), "shown in /Schemas", restart},
      {"attributes",
       attributes(),
       "at least one; the keys are those of RFC 7643 section 7",
       restart,
       {.required = needs_one}},
  };
  return keys;
}

std::vector<ExtensionConfig> read_extensions(ObjectReader& root) {
  std::vector<ExtensionConfig> out;
  root.members("schemas", [&](const std::string& urn, ObjectReader& member) {
    check_urn(member, urn, out);
    auto extension = read_extension(member, urn);
    for (const auto& other : out)
      for (const auto& rule : other.rules)
        for (const auto& mine : extension.rules)
          if (other.of == extension.of && iequals(rule.ldap_attribute, mine.ldap_attribute))
            member.problem("attributes",
                           mine.ldap_attribute + " is mapped by " + other.schema.id + " already",
                           "choose another ldapAttribute");
    out.push_back(std::move(extension));
  });
  return out;
}

}  // namespace dirbridge::config
