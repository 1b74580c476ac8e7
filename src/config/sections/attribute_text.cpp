#include "config/sections/attribute_text.hpp"

#include <span>

#include "base/json_access.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;

// Words that are kept as they are; `known` is static.
Type<std::string> one_of(std::span<const std::string_view> known) {
  const std::vector<std::string_view> names(known.begin(), known.end());
  return {.values = Values::word(names),
          .read =
              [names](ObjectReader& reader, std::string_view key, std::string& out) {
                if (const auto choice = reader.choice(key, names)) out = names[*choice];
              },
          .write = text().write};
}

constexpr std::string_view types[] = {"string",   "boolean", "decimal",   "integer",
                                      "dateTime", "binary",  "reference", "complex"};
constexpr std::string_view mutabilities[] = {"readWrite", "immutable"};
constexpr std::string_view returns[] = {"default", "always", "request", "never"};
constexpr std::string_view uniquenesses[] = {"none"};

Keys<AttributeText> definition_keys(std::span<const std::string_view> allowed_types) {
  using A = AttributeText;
  constexpr auto restart = Effect::Restart;
  return {
      {"name",
       &A::name,
       text("name"),
       "a letter, then letters, digits, - and _",
       restart,
       {.required = "such as badgeNumber"}},
      {"type", &A::type, one_of(allowed_types), "what its values are", restart},
      {"multiValued", &A::multi_valued, flag(), "it may have several values", restart},
      {"description", &A::description, text(), "shown in /Schemas", restart},
      {"required", &A::required, flag(), "a resource without it is refused", restart},
      {"caseExact", &A::case_exact, flag(), "letter case counts when values are compared", restart},
      {"mutability", &A::mutability, one_of(mutabilities), "whether it may change once it is set", restart},
      {"returned", &A::returned, one_of(returns), "when it is in an answer", restart},
      {"uniqueness", &A::uniqueness, one_of(uniquenesses), "only this: the bridge keeps no values unique",
       restart},
      {"canonicalValues", &A::canonical_values, texts("texts"),
       "values that are suggested; others are accepted", restart},
      {"referenceTypes", &A::reference_types, texts("texts"), "what a reference may point to", restart}};
}

std::string text_at(const json::object& document, std::string_view key) {
  return std::string(document.at(key).as_string());
}

}  // namespace

const Keys<AttributeText>& sub_attribute_keys() {
  static const auto keys = definition_keys(std::span(types).first(std::size(types) - 1));
  return keys;
}

Type<std::vector<AttributeText>> attribute_list(const Keys<AttributeText>& keys) {
  return {.values = Values::list(section(keys).values),
          .read = nullptr,
          .write = [&keys](const std::vector<AttributeText>& all) {
            json::array out;
            for (const auto& one : all) out.push_back(write_keys(keys, one));
            return json::value(std::move(out));
          }};
}

const Keys<AttributeText>& attribute_keys() {
  using A = AttributeText;
  static const auto keys = [] {
    auto all = definition_keys(types);
    all.push_back({"subAttributes",
                   &A::sub_attributes,
                   attribute_list(sub_attribute_keys()),
                   "its parts; of type `complex` only, and required there",
                   Effect::Restart,
                   {.useless = [](const A& attribute) -> const char* {
                     return attribute.type == "complex" ? nullptr : "with this type";
                   }}});
    all.push_back({"ldapAttribute", &A::ldap_attribute, text("attribute"),
                   "its values are shown on the entry by this attribute, and no others; not for `dateTime`, "
                   "`binary` and "
                   "`complex`",
                   Effect::Restart});
    return all;
  }();
  return keys;
}

json::object document_of(const AttributeText& attribute) {
  json::object out{{"name", attribute.name},
                   {"type", attribute.type},
                   {"multiValued", attribute.multi_valued},
                   {"description", attribute.description},
                   {"required", attribute.required},
                   {"caseExact", attribute.case_exact},
                   {"mutability", attribute.mutability},
                   {"returned", attribute.returned},
                   {"uniqueness", attribute.uniqueness}};
  const auto add = [&](const char* key, const std::vector<std::string>& values) {
    if (!values.empty()) out[key] = json::array(values.begin(), values.end());
  };
  add("canonicalValues", attribute.canonical_values);
  add("referenceTypes", attribute.reference_types);
  if (attribute.type != "complex") return out;
  json::array subs;
  for (const auto& sub : attribute.sub_attributes) subs.push_back(document_of(sub));
  out["subAttributes"] = std::move(subs);
  return out;
}

AttributeText text_of(const json::object& document) {
  AttributeText out{.name = text_at(document, "name"),
                    .type = text_at(document, "type"),
                    .multi_valued = document.at("multiValued").as_bool(),
                    .description = text_at(document, "description"),
                    .required = document.at("required").as_bool(),
                    .case_exact = document.at("caseExact").as_bool(),
                    .mutability = text_at(document, "mutability"),
                    .returned = text_at(document, "returned"),
                    .uniqueness = text_at(document, "uniqueness"),
                    .canonical_values = texts_at(document, "canonicalValues"),
                    .reference_types = texts_at(document, "referenceTypes")};
  if (const auto* subs = document.if_contains("subAttributes"))
    for (const auto& sub : subs->as_array()) out.sub_attributes.push_back(text_of(sub.as_object()));
  return out;
}

}  // namespace dirbridge::config
