#include "mapping/user_entry.hpp"

#include <algorithm>
#include <array>

#include <boost/json/array.hpp>

#include "base/text.hpp"
#include "mapping/extension_entry.hpp"
#include "mapping/naming.hpp"

namespace dirbridge::mapping {

namespace {

using Values = std::vector<std::string>;

constexpr std::string_view enterprise_urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
constexpr std::string_view locked_for_good = "000001010000Z";  // draft-behera-ldap-password-policy 5.3.3

std::string_view text(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

const json::object& object_at(const json::object& object, std::string_view name) {
  static const json::object none;
  const auto* value = object.if_contains(name);
  return value && value->is_object() ? value->get_object() : none;
}

bool is_true(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_bool() && value->get_bool();
}

// The `value` of the element that has the type; without a type: of the primary one, else of the first.
std::string_view element(const json::object& content, std::string_view name, std::string_view type) {
  const auto* list = content.if_contains(name);
  if (!list || !list->is_array()) return {};
  std::string_view first;
  for (const auto& item : list->get_array()) {
    if (!item.is_object() || text(item.get_object(), "value").empty()) continue;
    const auto value = text(item.get_object(), "value");
    if (type.empty() ? is_true(item.get_object(), "primary") : iequals(text(item.get_object(), "type"), type))
      return value;
    if (first.empty()) first = value;
  }
  return type.empty() ? first : std::string_view();
}

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

std::string display_name(const json::object& content) {
  if (auto display = printable(text(content, "displayName")); !display.empty()) return display;
  const auto& name = object_at(content, "name");
  if (auto formatted = printable(text(name, "formatted")); !formatted.empty()) return formatted;
  const std::string parts =
      std::string(text(name, "givenName")) + ' ' + std::string(text(name, "familyName"));
  if (auto both = printable(parts); !both.empty()) return both;
  return std::string(text(content, "userName"));
}

// RFC 4519 2.32: a person has a surname. Derived where the identity provider sends none; never shown over
// SCIM.
std::string surname(const json::object& content) {
  const auto family = printable(text(object_at(content, "name"), "familyName"));
  return family.empty() ? display_name(content) : family;
}

std::string_view primary_mail(const json::object& content) {
  const auto* list = content.if_contains("emails");
  const bool has_primary =
      list && list->is_array() &&
      std::any_of(list->get_array().begin(), list->get_array().end(),
                  [](const auto& item) { return item.is_object() && is_true(item.get_object(), "primary"); });
  const auto work = element(content, "emails", "work");
  return has_primary || work.empty() ? element(content, "emails", "") : work;
}

void append_person(std::vector<sync::AttributeGoal>& goals, const json::object& content) {
  const auto& name = object_at(content, "name");
  const auto& enterprise = object_at(content, enterprise_urn);
  goals.push_back(sync::exactly("sn", {surname(content)}));
  goals.push_back(sync::exactly("givenName", one(text(name, "givenName"))));
  goals.push_back(sync::exactly("displayName", {display_name(content)}));
  goals.push_back(sync::exactly("mail", one_ascii(primary_mail(content))));
  goals.push_back(sync::exactly("title", one(text(content, "title"))));
  goals.push_back(sync::exactly("telephoneNumber", one_phone(element(content, "phoneNumbers", "work"))));
  goals.push_back(sync::exactly("mobile", one_phone(element(content, "phoneNumbers", "mobile"))));
  goals.push_back(sync::exactly("preferredLanguage", one_ascii(text(content, "preferredLanguage"))));
  goals.push_back(sync::exactly("employeeNumber", one(text(enterprise, "employeeNumber"))));
  goals.push_back(sync::exactly("departmentNumber", one(text(enterprise, "department"))));
}

void append_names(std::vector<sync::AttributeGoal>& goals, const Rules& rules, const json::object& content) {
  const std::string user_name(text(content, "userName"));
  const auto& naming = rules.user_naming_attribute;
  goals.push_back(sync::exactly("uid", {user_name}));
  goals.push_back(sync::exactly("cn", {iequals(naming, "cn") ? user_name : display_name(content)}));
  if (!iequals(naming, "uid") && !iequals(naming, "cn")) goals.push_back(sync::exactly(naming, {user_name}));
}

void append_activity(std::vector<sync::AttributeGoal>& goals, const Rules& rules,
                     const json::object& content) {
  const auto* active = content.if_contains("active");
  const bool disabled = active && active->is_bool() && !active->get_bool();
  goals.push_back(sync::exactly("dirbridgeActive", {disabled ? "FALSE" : "TRUE"}));
  if (!rules.ppolicy_lock) return;
  // A lock that the directory's own policy set (failed logins) is not ours to lift.
  const Values lock{std::string(locked_for_good)};
  goals.push_back(disabled ? sync::exactly("pwdAccountLockedTime", lock)
                           : sync::excluding("pwdAccountLockedTime", lock));
}

}  // namespace

const std::vector<std::string>& user_attributes() {
  static const std::vector<std::string> names = [] {
    auto all = record_attributes();
    for (const auto* name : {"objectClass",
                             "uid",
                             "cn",
                             "sn",
                             "givenName",
                             "displayName",
                             "mail",
                             "title",
                             "telephoneNumber",
                             "mobile",
                             "preferredLanguage",
                             "employeeNumber",
                             "departmentNumber",
                             "dirbridgeUserName",
                             "dirbridgeExternalId",
                             "dirbridgeDisplayName",
                             "dirbridgeMail",
                             "dirbridgeActive",
                             "dirbridgeAlias",
                             "dirbridgeHeld",
                             "pwdAccountLockedTime"})
      all.emplace_back(name);
    return all;
  }();
  return names;
}

Result<sync::EntryGoal> user_goal(const Rules& rules, std::string_view id, const json::object& content,
                                  const std::optional<directory::Entry>& current, std::string reason) {
  const auto user_name = text(content, "userName");
  if (auto usable = check_name(user_name, "userName"); !usable) return usable.error();
  sync::EntryGoal goal;
  goal.dn = place(current, rules.user_base, rules.user_naming_attribute, user_name);
  goal.reason = std::move(reason);
  auto record = record_goals(id, rules.connection, content);
  if (!record) return record.error();
  goal.attributes = std::move(*record);
  goal.attributes.push_back(sync::including(
      "objectClass", {"top", "person", "organizationalPerson", "inetOrgPerson", "dirbridgeUser"}));
  append_names(goal.attributes, rules, content);
  append_person(goal.attributes, content);
  append_activity(goal.attributes, rules, content);
  for (auto& wish : extension_goals(rules.user_attributes, content))
    goal.attributes.push_back(std::move(wish));
  return goal;
}

}  // namespace dirbridge::mapping
