// What an administrator chose for users: "users" of a connection, "disable" of a directory.
#include <algorithm>

#include "base/text.hpp"
#include "config/sections/sections.hpp"
#include "mapping/password.hpp"

namespace dirbridge::config {
namespace {

using mapping::LetterCase;
using mapping::NameRule;
using mapping::NameRules;

std::vector<NameRule> read_rules(ObjectReader& reader, std::string_view key) {
  std::vector<NameRule> rules;
  reader.items(key, [&](ObjectReader& item) {
    rules.push_back({item.required_text("match", "a regular expression, such as (.*)@.*").value_or("."),
                     item.required_text("replace", "such as $1").value_or("")});
  });
  return rules;
}

LetterCase read_case(ObjectReader& reader, std::string_view key) {
  constexpr LetterCase cases[] = {LetterCase::Keep, LetterCase::Lower, LetterCase::Upper};
  return cases[reader.choice(key, {"keep", "lower", "upper"}).value_or(0)];
}

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

void read_adoption(ObjectReader& users, mapping::UserOptions& options) {
  constexpr mapping::MatchBy all[] = {mapping::MatchBy::UserName, mapping::MatchBy::Mail,
                                      mapping::MatchBy::ExternalId, mapping::MatchBy::EmployeeNumber};
  const std::vector<std::string> names{"userName", "mail", "externalId", "employeeNumber"};
  for (const auto& [text, path] : users.texts("adopt")) {
    const auto at = std::find(names.begin(), names.end(), text);
    if (at == names.end()) {
      users.problem_at(path, "must be one of " + join(names, ", "), {});
      continue;
    }
    options.adopt.push_back(all[at - names.begin()]);
  }
}

void read_deletion(ObjectReader& users, mapping::UserOptions& options) {
  using mapping::OnDelete;
  constexpr OnDelete ways[] = {OnDelete::Disable, OnDelete::Delete, OnDelete::Keep};
  options.on_delete = ways[users.choice("on_delete", {"disable", "delete", "keep"}).value_or(0)];
  const auto days = users.number("delete_after_days", 0, 3'650).value_or(0);
  options.delete_after = std::chrono::days(days);
  if (days > 0 && options.on_delete != OnDelete::Delete)
    users.problem("delete_after_days", "has no effect: nothing is deleted",
                  "set on_delete to \"delete\", or leave it out");
}

void check_contradictions(ObjectReader& users, const mapping::UserOptions& options) {
  if (options.not_imported == mapping::NotImported::Refuse && options.import)
    users.problem("not_imported", "has no effect while users are imported", "set import to false");
  if (!options.update && !options.attributes.empty() && !options.import)
    users.problem("attributes", "have no effect: entries are neither made nor updated",
                  "set import or update to true");
}

// Memberships that others gave stay when the bridge takes away its own, and who is in none of its groups is
// still found: people who were there before would go on as if nothing had happened.
void check_adoption(ObjectReader& users, const mapping::UserOptions& options,
                    const mapping::DisableRules& disable) {
  const bool hides =
      disable.mark || disable.ppolicy_lock || disable.account_lock || disable.delete_entry || disable.move_to;
  if (hides || options.adopt.empty()) return;
  users.problem(
      "adopt",
      "does not go with a directory that disables by strip_groups alone: adopted people stay in the "
      "groups that others put them in, and can log in",
      "set mark or a lock in disable of the directory");
}

bool overlap(const directory::Dn& a, const directory::Dn& b) {
  return !a.empty() && !b.empty() && (a.is_within(b) || b.is_within(a));
}

void read_move_to(ObjectReader& section, const DirectoryConfig& directory, mapping::DisableRules& disable) {
  const auto text = section.text("move_to");
  if (!text) return;
  auto dn = directory::Dn::parse(*text);
  if (!dn || dn->empty())
    return section.problem("move_to", dn ? "is the root of the directory" : dn.error().detail,
                           "such as ou=disabled,dc=example,dc=org");
  const auto refuse = [&](std::string_view base, const char* why) {
    section.problem("move_to", "overlaps with " + std::string(base), why);
  };
  if (overlap(*dn, directory.user_base))
    return refuse("user_base", "products would still see who is moved there: choose a place beside it");
  if (overlap(*dn, directory.group_base)) return refuse("group_base", "choose a place of its own");
  if (overlap(*dn, directory.bridge_base)) return refuse("bridge_base", "choose a place of its own");
  disable.move_to = std::move(*dn);
}

}  // namespace

mapping::NameRules compile_rules(ObjectReader& reader, std::string_view rules_key,
                                 std::string_view case_key) {
  const auto rules = read_rules(reader, rules_key);
  auto compiled = NameRules::compile(rules, read_case(reader, case_key));
  if (compiled) return std::move(*compiled);
  reader.problem_at(reader.path_of(rules_key) + compiled.error().field, compiled.error().detail, {});
  return {};
}

void read_disable(ObjectReader& reader, const DirectoryConfig& directory, mapping::DisableRules& disable) {
  auto section = reader.object("disable");
  if (!section) return;
  const auto flag = [&](std::string_view key, bool& target) {
    target = section->boolean(key).value_or(target);
  };
  flag("mark", disable.mark);
  flag("ppolicy_lock", disable.ppolicy_lock);
  flag("account_lock", disable.account_lock);
  flag("strip_groups", disable.strip_groups);
  flag("delete", disable.delete_entry);
  read_move_to(*section, directory, disable);
  if (disable.move_to && disable.delete_entry)
    section->problem("move_to", "has no effect: the entry is deleted", "choose one of move_to and delete");
  if (!disable.mark && !disable.ppolicy_lock && !disable.account_lock && !disable.strip_groups &&
      !disable.delete_entry && !section->raw("move_to"))
    section->problem(
        "", "with mark and ppolicy_lock both off, and nothing in their place, disabling a user has no effect",
        "leave mark on, unless the products' user filter cannot be changed");
  section->finish();
}

mapping::UserOptions read_users(ObjectReader& connection, const scim::ResourceType& user,
                                const DirectoryConfig& directory) {
  mapping::UserOptions options;
  auto users = connection.object("users");
  if (!users) return options;
  const auto flag = [&](std::string_view key, bool& target) {
    target = users->boolean(key).value_or(target);
  };
  flag("import", options.import);
  flag("update", options.update);
  flag("enable", options.enable);
  flag("disable", options.disable);
  if (users->choice("not_imported", {"accept", "refuse"}) == 1)
    options.not_imported = mapping::NotImported::Refuse;
  read_adoption(*users, options);
  options.name_rules = compile_rules(*users, "name_rules", "name_case");
  using mapping::BadCharacters;
  constexpr BadCharacters policies[] = {BadCharacters::Accept, BadCharacters::Warn, BadCharacters::Refuse};
  options.bad_characters =
      policies[users->choice("bad_characters", {"accept", "warn", "refuse"}).value_or(0)];
  AttributesReader(user, directory, options).read(*users);
  read_deletion(*users, options);
  check_contradictions(*users, options);
  check_adoption(*users, options, directory.disable);
  users->finish();
  return options;
}

}  // namespace dirbridge::config
