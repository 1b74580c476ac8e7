// Attributes of extensions that are mapped to LDAP: may the entries have them?
#include <algorithm>

#include "config/ldap_target.hpp"
#include "directory/vocabulary.hpp"
#include "doctor/parts.hpp"

namespace dirbridge::doctor {
namespace {

// A definition of RFC 4512 4.1 in words, without parentheses, `$` and quotes; a quoted text with blanks is
// dropped: names have none.
std::vector<std::string> words_of(std::string_view definition) {
  std::vector<std::string> words;
  const auto parts = split(definition, '\'');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool quoted = i % 2 == 1;
    if (quoted && parts[i].find(' ') == std::string_view::npos) words.emplace_back(parts[i]);
    if (quoted) continue;
    std::string plain(parts[i]);
    std::replace_if(
        plain.begin(), plain.end(), [](char c) { return c == '(' || c == ')' || c == '$'; }, ' ');
    for (const auto word : split(plain, ' '))
      if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

bool is_keyword(const std::string& word) {
  return word.size() > 2 &&
         std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
}

// What stands after a keyword, up to the next one.
Names after(const std::vector<std::string>& words, std::string_view keyword) {
  Names out;
  auto at = std::find(words.begin(), words.end(), keyword);
  if (at == words.end()) return out;
  for (++at; at != words.end() && !is_keyword(*at); ++at) out.insert(*at);
  return out;
}

std::vector<std::string> definition_of(const std::vector<std::string>& definitions, const std::string& name) {
  for (const auto& definition : definitions) {
    auto words = words_of(definition);
    if (after(words, "NAME").contains(name)) return words;
  }
  return {};
}

// The attributes that entries of a class may have, with those of its superiors.
void add_allowed(const Schema& schema, const std::string& object_class, Names& allowed, int depth = 0) {
  constexpr int deepest = 20;  // a server with a circle in its schema is not ours to loop in
  const auto words = definition_of(schema.object_classes, object_class);
  for (const auto* keyword : {"MUST", "MAY"}) allowed.merge(after(words, keyword));
  if (depth == deepest) return;
  for (const auto& superior : after(words, "SUP")) add_allowed(schema, superior, allowed, depth + 1);
}

void check_rule(const CheckContext& context, const mapping::AttributeRule& rule, const Names& allowed,
                const std::string& classes) {
  const auto what = rule.schema + ":" + rule.attribute + " -> " + rule.ldap_attribute;
  const auto words = definition_of(context.schema.attribute_types, rule.ldap_attribute);
  if (words.empty()) {
    context.findings.problem(Check::Extension, what + ": the server's schema has no such attribute",
                             "correct ldapAttribute");
    return;
  }
  const auto names = after(words, "NAME");
  const bool fits =
      std::any_of(names.begin(), names.end(), [&](const auto& name) { return allowed.contains(name); });
  if (!fits) {
    context.findings.problem(Check::Extension,
                             what + ": entries of " + classes + " cannot have it, every write would fail",
                             "choose an attribute that these classes allow");
  } else if (rule.multi_valued && std::find(words.begin(), words.end(), "SINGLE-VALUE") != words.end()) {
    context.findings.problem(Check::Extension,
                             what + ": it holds one value, the attribute of the extension many",
                             "choose another one, or make it single-valued");
  } else {
    context.findings.ok(Check::Extension, what + ": allowed");
  }
}

void check_rules(const CheckContext& context, const std::vector<mapping::AttributeRule>& rules,
                 const std::vector<std::string>& classes) {
  if (rules.empty()) return;
  Names allowed;
  for (const auto& object_class : classes) add_allowed(context.schema, object_class, allowed);
  for (const auto& rule : rules) check_rule(context, rule, allowed, join(classes, " and "));
}

}  // namespace

void check_extensions(const CheckContext& context) {
  if (config::is_active_directory(context.config)) {
    // What belongs to a user or a group stands in classes of its own there.
    check_rules(context, context.config.user_attributes,
                {"user", object_class::user, "mailRecipient", "securityPrincipal", "posixAccount"});
    check_rules(context, context.config.group_attributes,
                {"group", object_class::group, "mailRecipient", "securityPrincipal", "posixGroup"});
    return;
  }
  check_rules(context, context.config.user_attributes, {"inetOrgPerson", object_class::user});
  check_rules(context, context.config.group_attributes,
              {config::group_class_of(context.config), object_class::group});
}

}  // namespace dirbridge::doctor
