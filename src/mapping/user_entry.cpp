#include "mapping/user_entry.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/adoption.hpp"
#include "mapping/content.hpp"
#include "mapping/entry_name.hpp"
#include "mapping/extension_entry.hpp"
#include "mapping/login_name.hpp"
#include "mapping/naming.hpp"
#include "mapping/user_place.hpp"
#include "mapping/user_values.hpp"

namespace dirbridge::mapping {

namespace {

using Values = std::vector<std::string>;

constexpr std::string_view locked_for_good = "000001010000Z";  // draft-behera-ldap-password-policy 5.3.3

constexpr std::array<std::string_view, 3> of_the_server{"createTimestamp", "modifyTimestamp", "entryCSN"};

void append_lock(Goals& goals, bool disabled, const char* attribute, std::string_view value) {
  // A lock that the directory's own policy set (failed logins) is not ours to lift.
  const Values lock{std::string(value)};
  goals.push_back(disabled ? sync::exactly(attribute, lock) : sync::excluding(attribute, lock));
}

void append_locks(Goals& goals, const DisableRules& rules, bool disabled) {
  if (rules.ppolicy_lock) append_lock(goals, disabled, "pwdAccountLockedTime", locked_for_good);
  if (rules.account_lock) append_lock(goals, disabled, "nsAccountLock", "true");
}

void append_activity(Goals& goals, bool disabled) {
  goals.push_back(sync::exactly(attr::active, {disabled ? "FALSE" : "TRUE"}));
  // Who stays keeps the leads.
  if (!disabled) goals.push_back(sync::exactly(attr::handover, {}));
}

const std::string* value_in(const directory::Rdn& name, std::string_view attribute) {
  for (const auto& [type, value] : name.pairs())
    if (iequals(type, attribute)) return &value;
  return nullptr;
}

// One of several logins that the administrator has given, which stays beside the user's.
bool stays_beside(const Rules& rules, const directory::Entry& current, const std::string& named,
                  const std::string& login) {
  const Goals said{sync::exactly(rules.user_naming_attribute, {login})};
  const auto after = beside_what_is_there(rules, said, said, written_before(rules, current), current);
  const auto& values = after.front().values;
  return named != login && std::find(values.begin(), values.end(), named) != values.end();
}

// An entry that is not named by what its user logs in with was named by an administrator, or by user_rdn.
bool keeps_name(const Rules& rules, const directory::Entry& current, const Login& login) {
  const auto name = current.dn.rdn();
  const auto* named = value_in(name, rules.user_naming_attribute);
  if (!named) return true;
  if (rules.login_attribute.empty())
    return login && is_found(current.attributes) && stays_beside(rules, current, *named, *login);
  return fold_case(*named) != fold_case(current.attributes.first(rules.login_attribute));
}

// Where an entry must be that is there. Without a name of its own to give, it keeps the one it has.
directory::Dn home_of(const Rules& rules, const std::optional<directory::Entry>& current, const Login& login,
                      bool disabled) {
  const auto parent = parent_for(rules, current, disabled);
  if (parent == current->dn.parent())
    return login ? place(current, parent, rules.user_naming_attribute, *login) : current->dn;
  const auto today = current->dn.rdn();
  return parent.child(login ? renamed(today, rules.user_naming_attribute, *login) : today);
}

directory::Dn new_home(const Rules& rules, const json::object& content,
                       const std::optional<directory::Entry>& record, const std::string& login, bool disabled,
                       std::size_t choice) {
  const auto names = names_for_entry(rules, content, login);
  return parent_for(rules, record, disabled).child(names[std::min(choice, names.size() - 1)]);
}

// A new entry has what it is named by among its attributes.
void carry_name(Goals& goals, const directory::Rdn& name) {
  for (const auto& named : name.pairs()) {
    const auto carries = [&](const sync::AttributeGoal& goal) {
      return iequals(goal.attribute, named.first) &&
             std::find(goal.values.begin(), goal.values.end(), named.second) != goal.values.end();
    };
    if (std::none_of(goals.begin(), goals.end(), carries))
      goals.push_back(sync::including(named.first, {named.second}));
  }
}

// A server may leave out what inetOrgPerson implies; so does an entry that was there before us.
Values classes_for(const std::optional<directory::Entry>& current) {
  if (current && current->attributes.has_value("objectClass", "inetOrgPerson")) return {object_class::user};
  return {"top", "person", "organizationalPerson", "inetOrgPerson", object_class::user};
}

Result<sync::EntryGoal> entry_goal(const Rules& rules, std::string_view id, const json::object& content,
                                   const std::optional<directory::Entry>& current, bool disabled,
                                   Extent extent, std::string reason) {
  const bool has_entry = current && !is_record(rules, current->dn);
  const bool follows = !has_entry || rules.user_options.update;
  Login login;
  if (follows && (!has_entry || extent.naming == Extent::Naming::ByRules)) {
    auto made = login_name(rules, text_at(content, "userName"));
    if (!made) return made.error();
    login = std::move(*made);
  }
  auto record = record_goals(id, rules.connection, content);
  if (!record) return record.error();
  sync::EntryGoal goal;
  if (!has_entry)
    goal.dn = new_home(rules, content, current, *login, disabled, extent.name);
  else if (extent.stays())
    goal.dn = current->dn;
  else
    goal.dn = home_of(rules, current, keeps_name(rules, *current, login) ? std::nullopt : login, disabled);
  goal.reason = std::move(reason);
  goal.attributes = std::move(*record);
  goal.attributes.push_back(sync::including("objectClass", classes_for(current)));
  auto shown = !has_entry || (follows && extent.described)
                   ? description_for(rules, content, login, goal.dn.rdn(), current)
                   : Result<Goals>(login_for(rules, login, goal.dn.rdn(), *current));
  if (!shown) return shown.error();
  if (!has_entry) carry_name(*shown, goal.dn.rdn());
  std::move(shown->begin(), shown->end(), std::back_inserter(goal.attributes));
  append_activity(goal.attributes, disabled);
  if (extent.locked) append_locks(goal.attributes, rules.disable, disabled);
  return goal;
}

Result<sync::EntryGoal> record_entry_goal(const Rules& rules, std::string_view id,
                                          const json::object& content,
                                          const std::optional<directory::Entry>& current, bool disabled,
                                          Extent, std::string reason) {
  const auto user_name = text_at(content, "userName");
  const bool has_record = current && is_record(rules, current->dn);
  const bool named_so = has_record && current->attributes.first(attr::user_name) == user_name;
  if (!named_so)
    if (auto usable = check_name(user_name, "userName"); !usable) return usable.error();
  auto record = record_goals(id, rules.connection, content);
  if (!record) return record.error();
  sync::EntryGoal goal;
  goal.dn = place(has_record ? current : std::nullopt, records_dn(rules), attr::user_name, user_name);
  if (!named_so)
    if (auto fits = check_length(goal.dn.rdn(), "userName"); !fits) return fits.error();
  goal.reason = std::move(reason);
  goal.attributes = std::move(*record);
  goal.attributes.push_back(
      sync::including("objectClass", {"top", object_class::record, object_class::user}));
  append_activity(goal.attributes, disabled);
  return goal;
}

void remember_deletion(sync::EntryGoal& goal, Values when) {
  goal.attributes.insert(goal.attributes.begin(), sync::exactly(attr::deleted, std::move(when)));
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
                             attr::user_name,
                             attr::external_id,
                             attr::display_name,
                             attr::mail,
                             attr::active,
                             attr::alias,
                             attr::held,
                             attr::handover,
                             attr::adopted,
                             attr::original,
                             "nsAccountLock",
                             "pwdAccountLockedTime"})
      all.emplace_back(name);
    return all;
  }();
  return names;
}

std::vector<std::string> user_attributes(const Rules& rules) {
  auto names = with_extensions(user_attributes(), rules.user_attributes);
  names.push_back(rules.user_naming_attribute);
  for (const auto& rule : rules.user_options.attributes) names.push_back(rule.ldap_attribute);
  std::vector<std::string> once;
  for (auto& name : names) {
    const auto same = [&](const auto& other) { return iequals(other, name); };
    if (std::none_of(once.begin(), once.end(), same)) once.push_back(std::move(name));
  }
  return once;
}

Result<sync::EntryGoal> user_goal(const Rules& rules, std::string_view id, const json::object& content,
                                  const std::optional<directory::Entry>& current, std::string reason,
                                  Extent extent) {
  const bool disabled = becomes_disabled(rules, content, current);
  auto goal = entry_goal(rules, id, content, current, disabled, extent, std::move(reason));
  if (!goal) return goal;
  if (current) remember_place(rules, *goal, *current);
  remember_deletion(*goal, {});
  return goal;
}

Result<sync::EntryGoal> user_record_goal(const Rules& rules, std::string_view id, const json::object& content,
                                         const std::optional<directory::Entry>& current, std::string reason) {
  const bool disabled = becomes_disabled(rules, content, current);
  auto goal = record_entry_goal(rules, id, content, current, disabled, {}, std::move(reason));
  if (goal) remember_deletion(*goal, {});
  return goal;
}

Result<sync::EntryGoal> adopted_user_goal(const Rules& rules, std::string_view id,
                                          const json::object& content, const directory::Entry& current,
                                          std::string reason) {
  const bool disabled = is_false(content, "active") && is_disabled(current.attributes);
  auto goal = entry_goal(rules, id, content, current, disabled, {}, std::move(reason));
  if (!goal) return goal;
  goal->dn = current.dn;
  keep_name(goal->attributes, current.dn.rdn());
  const auto theirs = current.attributes.first(attr::connection);
  const auto owned = directory::Filter::present(attr::connection);
  const auto deleted = directory::Filter::present(attr::deleted);
  if (theirs.empty()) {
    auto shown = description(rules, content, {}, current.dn.rdn(), Derive::No);
    if (!shown) return shown.error();
    shown->push_back(sync::exactly(login_attribute(rules), {}));
    goal->attributes.push_back(sync::exactly(attr::adopted, {"TRUE"}));
    if (rules.user_options.update)
      goal->attributes.push_back(sync::exactly(attr::original, {remembered(*shown, current)}));
    goal->only_if = directory::Filter::negation(owned);
    return goal;
  }
  goal->attributes.push_back(sync::exactly(attr::held, {}));
  remember_deletion(*goal, {});
  goal->only_if = directory::Filter::all_of({directory::Filter::equal(attr::connection, theirs), deleted});
  return goal;
}

std::vector<sync::AttributeGoal> as_found(const Rules& rules, const directory::Entry& entry) {
  Goals out;
  for (const auto& name : user_attributes(rules))
    if (!is_any_of(of_the_server, name)) out.push_back(sync::exactly(name, entry.attributes.values(name)));
  return out;
}

Result<sync::EntryGoal> deleted_user_goal(const Rules& rules, std::string_view id,
                                          const json::object& content, const directory::Entry& current,
                                          std::string_view when, Extent extent, std::string reason) {
  const auto goal_for = is_record(rules, current.dn) ? record_entry_goal : entry_goal;
  auto goal = goal_for(rules, id, content, current, true, extent, std::move(reason));
  if (!goal) return goal;
  remember_place(rules, *goal, current);
  remember_deletion(*goal, {std::string(when)});
  return goal;
}

sync::EntryGoal released_user_goal(const Rules& rules, const directory::Entry& current, std::string reason) {
  sync::EntryGoal goal;
  goal.dn = current.dn;
  goal.attributes = given_back(rules, written_before(rules, current, Derive::Yes), current);
  goal.reason = std::move(reason);
  for (const auto& name : directory::own_attributes_of(directory::OfUser))
    goal.attributes.push_back(sync::exactly(name, {}));
  goal.attributes.push_back(sync::excluding("objectClass", {object_class::user}));
  return goal;
}

}  // namespace dirbridge::mapping
