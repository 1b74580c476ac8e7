// How directory attributes of users are made: "attributes" of "users" of a connection.
#include <algorithm>

#include "base/text.hpp"
#include "config/sections/sections.hpp"
#include "mapping/password.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;
using mapping::ValueRule;

// An attribute that says who is who, or that the directory or another option of the bridge writes.
bool is_taken(const std::string& name, const std::string& naming) {
  constexpr std::string_view taken[] = {"objectClass",
                                        "uid",
                                        "member",
                                        "memberOf",
                                        "nsAccountLock",
                                        "userAccountControl",
                                        "unicodePwd",
                                        "sAMAccountName",
                                        "objectGUID",
                                        "entryUUID",
                                        "entryDN",
                                        "entryCSN",
                                        "createTimestamp",
                                        "modifyTimestamp",
                                        "creatorsName",
                                        "contextCSN",
                                        "modifiersName",
                                        "hasSubordinates",
                                        "structuralObjectClass",
                                        "numSubordinates",
                                        "subschemaSubentry"};
  return iequals(name, naming) || iequals(name, mapping::password_attribute) ||
         istarts_with(name, "dirbridge") || istarts_with(name, "pwd") ||
         std::any_of(std::begin(taken), std::end(taken), [&](auto other) { return iequals(other, name); });
}

class AttributesReader {
 public:
  AttributesReader(const scim::ResourceType& user, const DirectoryConfig& directory,
                   mapping::UserOptions& options)
      : user_(user), directory_(directory), options_(options) {}

  void read(ObjectReader& users) {
    const auto* value = users.raw("attributes");
    auto section = users.object("attributes");
    if (!section || !value->is_object()) return;
    for (const auto& [key, rule] : value->get_object()) {
      const std::string name(key);
      mapping::ValueRule out{name, std::nullopt};
      if (check_name(*section, name))
        read_rule(*section, name, rule, out);
      else
        section->raw(name);
      options_.attributes.push_back(std::move(out));
    }
    section->finish();
  }

 private:
  bool check_name(ObjectReader& section, const std::string& name) {
    if (!is_ldap_attribute_name(name)) {
      section.problem(name, "is not an attribute name", "such as telephoneNumber");
      return false;
    }
    const bool names_entry = is_active_directory(directory_) && iequals(name, "cn");
    if (names_entry || is_taken(name, directory_.user_naming_attribute)) {
      section.problem(name, "is written by the bridge or the directory itself",
                      "login names are made by name_rules");
      return false;
    }
    for (const auto& other : directory_.user_attributes)
      if (iequals(other.ldap_attribute, name)) {
        section.problem(name, "is mapped by the schema " + other.schema + " already",
                        "choose one of the two");
        return false;
      }
    for (const auto& other : options_.attributes)
      if (iequals(other.ldap_attribute, name)) {
        section.problem(name, "is there already", "attribute names compare without case");
        return false;
      }
    return true;
  }

  void read_rule(ObjectReader& section, const std::string& name, const boost::json::value& rule,
                 mapping::ValueRule& out) {
    if (rule.is_null()) {
      section.raw(name);
      if (iequals(name, "sn") || iequals(name, "cn"))
        section.problem(name, "cannot be left out: every person has one", "give it a template");
      return;
    }
    if (rule.is_object()) {
      auto parts = section.object(name);
      read_parts(*parts, out);
      return parts->finish();
    }
    if (const auto text = section.text(name)) read_template(section, name, *text, out);
  }

  void read_template(ObjectReader& reader, std::string_view key, const std::string& text,
                     mapping::ValueRule& out) {
    auto parsed = mapping::Template::parse(text, user_);
    if (parsed)
      out.text = std::move(*parsed);
    else
      reader.problem(key, parsed.error().detail, "such as {name.givenName} or {emails[work]}");
  }

  void read_parts(ObjectReader& parts, mapping::ValueRule& out) {
    const auto text = parts.text("template");
    const auto constant = parts.text("constant");
    if (parts.raw("template") && parts.raw("constant"))
      parts.problem("", "has both a template and a constant", "choose one of the two");
    else if (!parts.raw("template") && !parts.raw("constant"))
      parts.problem("", "needs a template or a constant", "null leaves the attribute alone");
    if (text) read_template(parts, "template", *text, out);
    if (constant) out.text = mapping::Template::constant(*constant);
    out.rewrite = compile_rules(parts, "rules", "case");
  }

  const scim::ResourceType& user_;
  const DirectoryConfig& directory_;
  mapping::UserOptions& options_;
};

// The text of a template or a constant; the other one is not set.
Type<std::optional<mapping::Template>> source(bool of_constant, std::string_view shown) {
  return {.values = text(shown).values, .read = nullptr, .write = [=](const auto& made) {
            return made && made->is_constant() == of_constant ? json::value(made->source()) : json::value();
          }};
}

const Keys<ValueRule>& rule_keys() {
  constexpr auto reload = Effect::Reload;
  static const Keys<ValueRule> keys = {
      {"template", &ValueRule::text, source(false, "template"),
       "attributes of the user in braces, such as `{name.givenName}` or `{emails[work]}`", reload},
      {"constant", &ValueRule::text, source(true, "text"), "the same for everybody; this key or `template`",
       reload},
      {"rules", &ValueRule::rewrite, name_rules(), "rules for the value, one after the other", reload},
      {"case", &ValueRule::rewrite, name_case(), "the letter case of the value", reload},
  };
  return keys;
}

json::value write_rule(const ValueRule& rule) {
  if (!rule.text) return nullptr;
  if (!rule.text->is_constant() && rule.rewrite.empty()) return json::value(rule.text->source());
  return write_keys(rule_keys(), rule);
}

}  // namespace

Type<std::vector<ValueRule>> attribute_rules() {
  auto rule = Values::section(describe_keys(rule_keys(), {}), Values::Kind::TextOrSection);
  rule.shown = "template";
  return {.values = Values::map("attribute", std::move(rule)),
          .read = nullptr,
          .write = [](const std::vector<ValueRule>& rules) {
            json::object out;
            for (const auto& one : rules) out[one.ldap_attribute] = write_rule(one);
            return json::value(std::move(out));
          }};
}

void read_attributes(ObjectReader& users, const scim::ResourceType& user, const DirectoryConfig& directory,
                     mapping::UserOptions& options) {
  AttributesReader(user, directory, options).read(users);
}

}  // namespace dirbridge::config
