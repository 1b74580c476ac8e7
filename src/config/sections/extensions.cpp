// Extension schemas (RFC 7643 sections 3.3 and 7) as the configuration gives them.
#include <algorithm>
#include <set>

#include <boost/json/array.hpp>

#include "base/text.hpp"
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

struct Names {
  std::set<std::string, ILess> seen;
};

// One attribute definition, complete: what is left out gets the default of RFC 7643 2.2.
class AttributeReader {
 public:
  explicit AttributeReader(ExtensionConfig& extension) : extension_(extension) {}

  json::object read(ObjectReader& in, Names& names) {
    auto out = read_simple(
        in, names, {"string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex"});
    const bool complex = out.at("type").as_string() == "complex";
    if (complex) {
      Names inner;
      json::array subs;
      in.items("subAttributes", [&](ObjectReader& sub) {
        subs.push_back(read_simple(
            sub, inner, {"string", "boolean", "decimal", "integer", "dateTime", "binary", "reference"}));
      });
      if (subs.empty()) in.problem("subAttributes", "a complex attribute needs at least one", {});
      out["subAttributes"] = std::move(subs);
    } else if (in.raw("subAttributes")) {
      in.problem("subAttributes", "belong to a complex attribute only", "set type to \"complex\"");
    }
    read_mapping(in, out);
    return out;
  }

 private:
  using Types = std::initializer_list<std::string_view>;

  static json::object read_simple(ObjectReader& in, Names& names, const Types& types) {
    const auto name = in.required_text("name", "such as badgeNumber").value_or("");
    if (!name.empty() && !is_attribute_name(name))
      in.problem("name", "is not an attribute name", "a letter, then letters, digits, - and _");
    if (!name.empty() && !names.seen.insert(name).second)
      in.problem("name", "\"" + name + "\" is there already", "names compare without case");
    const auto flag = [&](std::string_view key) { return in.boolean(key).value_or(false); };
    const auto word = [&](std::string_view key, const Types& words) {
      return std::string(*(words.begin() + in.choice(key, words).value_or(0)));
    };
    json::object out{{"name", name}, {"type", word("type", types)}, {"multiValued", flag("multiValued")}};
    out["description"] = in.text("description").value_or("");
    out["required"] = flag("required");
    out["caseExact"] = flag("caseExact");
    out["mutability"] = word("mutability", {"readWrite", "immutable"});
    out["returned"] = word("returned", {"default", "always", "request", "never"});
    out["uniqueness"] = word("uniqueness", {"none"});
    for (const auto* key : {"canonicalValues", "referenceTypes"}) {
      json::array values;
      for (auto& [text, path] : in.texts(key)) values.push_back(json::value(text));
      if (!values.empty()) out[key] = std::move(values);
    }
    return out;
  }

  void read_mapping(ObjectReader& in, const json::object& attribute) {
    const auto target = in.text("ldapAttribute");
    if (!target) return;
    const std::string_view type = attribute.at("type").as_string();
    for (const auto* no : {"complex", "binary", "dateTime"})
      if (type == no)
        return in.problem("ldapAttribute", "an attribute of type " + std::string(no) + " cannot be mapped",
                          "map one of type string, boolean, decimal, integer or reference");
    if (is_ours(*target))
      return in.problem("ldapAttribute", "the bridge writes " + *target + " itself", "choose another one");
    for (const auto& rule : extension_.rules)
      if (iequals(rule.ldap_attribute, *target))
        return in.problem("ldapAttribute", *target + " is mapped already", "choose another one");
    extension_.rules.push_back({extension_.schema.id, std::string(attribute.at("name").as_string()),
                                attribute.at("multiValued").as_bool(), *target});
  }

  bool is_ours(const std::string& name) const {
    const auto& written =
        extension_.of == ExtensionConfig::Of::User ? mapping::user_attributes() : mapping::group_attributes();
    const auto same = [&](const auto& other) { return iequals(other, name); };
    // On entries, where extensions are written, it is the administrator's.
    if (extension_.of == ExtensionConfig::Of::Group && iequals(name, mapping::mapped_as_attribute))
      return false;
    return std::any_of(written.begin(), written.end(), same) || same(mapping::password_attribute) ||
           same("member") || istarts_with(name, "dirbridge") || istarts_with(name, "pwd");
  }

  ExtensionConfig& extension_;
};

ExtensionConfig read_extension(ObjectReader& reader, const std::string& urn) {
  ExtensionConfig out;
  out.schema.id = urn;
  const auto of = reader.choice("resource", {"User", "Group"});
  if (!of && !reader.raw("resource")) reader.missing("resource", "\"User\" or \"Group\"");
  out.of = of == 1 ? ExtensionConfig::Of::Group : ExtensionConfig::Of::User;
  json::object document{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Schema"}},
                        {"id", urn}};
  document["name"] = reader.text("name").value_or(urn.substr(urn.rfind(':') + 1));
  document["description"] = reader.text("description").value_or("");
  json::array attributes;
  Names names;
  AttributeReader attribute_reader(out);
  reader.items("attributes",
               [&](ObjectReader& item) { attributes.push_back(attribute_reader.read(item, names)); });
  if (attributes.empty()) reader.problem("attributes", "needs at least one", {});
  document["attributes"] = std::move(attributes);
  // Fails only after a problem was noted: then nobody looks at the schema.
  if (auto schema = scim::read_schema(document)) out.schema = std::move(*schema);
  return out;
}

}  // namespace

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
