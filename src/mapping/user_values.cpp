#include "mapping/user_values.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/content.hpp"
#include "mapping/entry_name.hpp"
#include "mapping/extension_entry.hpp"
#include "mapping/login_name.hpp"
#include "mapping/naming.hpp"
#include "mapping/user_state.hpp"
#include "mapping/value_limits.hpp"

namespace dirbridge::mapping {

namespace {

using Values = std::vector<std::string>;

Values one(std::string_view value) {
  auto shown = printable(value);
  if (shown.empty()) return {};
  return {std::move(shown)};
}

// IA5String and PrintableString hold less than UTF-8: what does not fit stays in the record only.
Values one_ascii(std::string_view value) {
  return is_ascii(value) ? one(value) : Values{};
}

Values one_phone(std::string_view value) {
  if (istarts_with(value, "tel:")) value.remove_prefix(4);
  const bool fits = std::all_of(value.begin(), value.end(), [](char c) {
    const char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view(" '()+,-./:?=").find(c) != std::string_view::npos;
  });
  return fits ? one(value) : Values{};
}

// Empty when the identity provider sends none.
std::string sent_name(const json::object& content) {
  if (auto display = printable(text_at(content, "displayName")); !display.empty()) return display;
  const auto& name = object_at(content, "name");
  if (auto formatted = printable(text_at(name, "formatted")); !formatted.empty()) return formatted;
  const std::string parts =
      std::string(text_at(name, "givenName")) + ' ' + std::string(text_at(name, "familyName"));
  return printable(parts);
}

std::string display_name(const json::object& content) {
  auto sent = sent_name(content);
  return sent.empty() ? std::string(text_at(content, "userName")) : sent;
}

Values shown_name(const json::object& content, Derive derive) {
  return one(derive == Derive::Yes ? display_name(content) : sent_name(content));
}

Values surname(const json::object& content, Derive derive) {
  auto family = one(text_at(object_at(content, "name"), "familyName"));
  return family.empty() && derive == Derive::Yes ? shown_name(content, derive) : family;
}

void append_person(Goals& goals, const json::object& content, Derive derive) {
  const auto& name = object_at(content, "name");
  const auto& enterprise = object_at(content, scim::enterprise_urn);
  goals.push_back(sync::exactly("sn", surname(content, derive)));
  goals.push_back(sync::exactly("givenName", one(text_at(name, "givenName"))));
  goals.push_back(sync::exactly("displayName", shown_name(content, derive)));
  goals.push_back(sync::exactly("mail", one_ascii(shown_mail(content))));
  goals.push_back(sync::exactly("title", one(text_at(content, "title"))));
  goals.push_back(
      sync::exactly("telephoneNumber", one_phone(element_at(content, "phoneNumbers", "work", "value"))));
  goals.push_back(sync::exactly("mobile", one_phone(element_at(content, "phoneNumbers", "mobile", "value"))));
  goals.push_back(sync::exactly("preferredLanguage", one_ascii(text_at(content, "preferredLanguage"))));
  goals.push_back(sync::exactly("employeeNumber", one(text_at(enterprise, "employeeNumber"))));
  goals.push_back(sync::exactly("departmentNumber", one(text_at(enterprise, "department"))));
}

// Where users log in with another attribute than the one that names the entry, the entry's name is its cn.
Values common_name(const Rules& rules, const json::object& content, const Login& login,
                   const directory::Rdn& name, Derive derive) {
  if (!iequals(rules.user_naming_attribute, "cn")) return shown_name(content, derive);
  return {login && rules.login_attribute.empty() ? *login : name.value()};
}

// A uid that nobody logs in with stands in for one, and is not said.
void append_login(Goals& goals, const Rules& rules, const Login& login, Derive derive) {
  const auto& naming = rules.user_naming_attribute;
  if (!login) return;
  if (derive == Derive::Yes || iequals(login_attribute(rules), "uid"))
    goals.push_back(sync::exactly("uid", {*login}));
  if (!iequals(naming, "uid") && !iequals(naming, "cn")) goals.push_back(sync::exactly(naming, {*login}));
}

// An attribute that users log in with says nothing else.
void keep_to_login(Goals& goals, const Rules& rules) {
  const auto& naming = rules.user_naming_attribute;
  if (iequals(naming, "cn")) return;
  std::erase_if(goals, [&](const auto& goal) { return iequals(goal.attribute, naming); });
}

// What the attribute's syntax cannot hold stays in the record only.
Values fitting(std::string_view attribute, std::string_view value) {
  if (iequals(attribute, "mail") || iequals(attribute, "preferredLanguage")) return one_ascii(value);
  if (iequals(attribute, "telephoneNumber") || iequals(attribute, "mobile")) return one_phone(value);
  return one(value);
}

// The administrator's rules overrule what append_person() says. A person has a surname and a name
// (RFC 4519 3.12): where a rule makes none, what there would be without it stays.
Result<> apply_rules(Goals& goals, const Rules& rules, const json::object& content) {
  for (const auto& rule : rules.user_options.attributes) {
    const auto same = [&](const auto& goal) { return iequals(goal.attribute, rule.ldap_attribute); };
    if (!rule.text) {
      std::erase_if(goals, same);
      continue;
    }
    auto value = value_of(rule, content);
    if (!value) return value.error();
    auto values = fitting(rule.ldap_attribute, *value);
    const bool needed = iequals(rule.ldap_attribute, "sn") || iequals(rule.ldap_attribute, "cn");
    if (values.empty() && needed) continue;
    std::erase_if(goals, same);
    goals.push_back(sync::exactly(rule.ldap_attribute, std::move(values)));
  }
  return {};
}

}  // namespace

Result<Goals> description(const Rules& rules, const json::object& content, const Login& login,
                          const directory::Rdn& name, Derive derive) {
  Goals out;
  out.push_back(sync::exactly("cn", common_name(rules, content, login, name, derive)));
  append_person(out, content, derive);
  if (auto done = apply_rules(out, rules, content); !done) return done.error();
  keep_to_login(out, rules);
  append_login(out, rules, login, derive);
  if (auto fits = keep_to_limits(out, rules, content); !fits) return fits.error();
  for (auto& wish : extension_goals(rules.user_attributes, content)) out.push_back(std::move(wish));
  return out;
}

Goals written_before(const Rules& rules, const directory::Entry& current, Derive derive) {
  const auto record = read_record(current);
  if (!record) return {};
  const auto login = login_name(rules, text_at(record->content, "userName"));
  if (!login) return {};
  auto goals = description(rules, record->content, *login, current.dn.rdn(), derive);
  return goals ? std::move(*goals) : Goals();
}

Result<Goals> description_for(const Rules& rules, const json::object& content, const Login& login,
                              const directory::Rdn& name, const std::optional<directory::Entry>& current) {
  auto out = description(rules, content, login, name, Derive::Yes);
  if (!out) return out;
  if (current && !is_record(rules, current->dn) && is_found(current->attributes)) {
    const auto said = description(rules, content, login, name, Derive::No);
    if (!said) return said.error();
    *out = beside_what_is_there(rules, *said, *out, written_before(rules, *current), *current);
  }
  keep_name(*out, name);
  return out;
}

Goals login_for(const Rules& rules, const Login& login, const directory::Rdn& name,
                const directory::Entry& current) {
  Goals out;
  const bool found = is_found(current.attributes);
  append_login(out, rules, login, found ? Derive::No : Derive::Yes);
  if (found) out = beside_what_is_there(rules, out, out, written_before(rules, current), current);
  keep_name(out, name);
  return out;
}

std::vector<Unshown> unshown(const json::object& content) {
  std::vector<Unshown> out;
  const auto check = [&](const char* field, std::string_view value, Values (*fit)(std::string_view),
                         const char* reason) {
    if (!printable(value).empty() && fit(value).empty()) out.push_back({field, std::string(value), reason});
  };
  check("emails", shown_mail(content), one_ascii,
        "an address with letters beyond ASCII is no value of the directory's mail");
  check("preferredLanguage", text_at(content, "preferredLanguage"), one_ascii, "it is more than ASCII");
  for (const auto* type : {"work", "mobile"})
    check("phoneNumbers", element_at(content, "phoneNumbers", type, "value"), one_phone,
          "it has characters that the directory's telephone numbers cannot have");
  return out;
}

}  // namespace dirbridge::mapping
