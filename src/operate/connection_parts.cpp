#include "operate/connection_parts.hpp"

#include <algorithm>

#include "audit/journal.hpp"
#include "base/text.hpp"
#include "operate/lead_handover.hpp"

namespace dirbridge::operate {

namespace {

constexpr std::chrono::minutes longest_window = std::chrono::days(7);  // that a configuration may name

scim::PatchPolicy policy_of(const config::ConnectionConfig& config) {
  scim::PatchPolicy policy;
  policy.no_match = config.behaviour.on_no_match_replace == config::NoMatchReplace::Create
                        ? scim::PatchPolicy::NoMatch::Create
                        : scim::PatchPolicy::NoMatch::NoTarget;
  return policy;
}

bool is_never_returned(const scim::AttributeDefinition& attribute) {
  const auto& parts = attribute.sub_attributes;
  return attribute.returned == scim::Returned::Never ||
         std::any_of(parts.begin(), parts.end(), is_never_returned);
}

// Entries have a name of their own there (cn), and users log in with another one.
void name_as_active_directory(mapping::Rules& rules, const config::DirectoryConfig& directory) {
  rules.user_naming_attribute = "cn";
  rules.group_limits = {"cn", 64};
  const auto login = config::login_attribute_of(directory);
  if (!login.empty()) rules.login_attribute = "uid";
  rules.login_limits = iequals(login, "sAMAccountName") ? mapping::NameLimits{login, 20, "\"/\\[]:;|=,+*?<>"}
                                                        : mapping::NameLimits{"cn", 64};
  // The upper ranges of its schema, for what every user may have.
  rules.value_limits = {{"cn", "displayName", 64},
                        {"sn", "name.familyName", 64},
                        {"givenName", "name.givenName", 64},
                        {"displayName", "displayName", 256},
                        {"mail", "emails", 256},
                        {"title", "title", 128},
                        {"telephoneNumber", "phoneNumbers", 64},
                        {"mobile", "phoneNumbers", 64}};
}

}  // namespace

mapping::Rules rules_of(const std::string& name, const config::ConnectionConfig& connection,
                        const config::DirectoryConfig& directory) {
  mapping::Rules rules;
  rules.connection = name;
  rules.user_base = directory.user_base;
  rules.group_base = directory.group_base;
  rules.bridge_base = directory.bridge_base;
  rules.user_naming_attribute = directory.user_naming_attribute;
  rules.user_rdn = directory.user_rdn;
  rules.unique_id_attribute = directory.unique_id_attribute;
  if (config::is_active_directory(directory)) name_as_active_directory(rules, directory);
  rules.group_shape.placeholder = directory.placeholder_member;
  rules.disable = directory.disable;
  rules.user_options = connection.users;
  if (connection.handover) rules.user_options.handover_failure = connection.handover->when_jira_is_away;
  rules.group_options = connection.groups;
  rules.protected_entries = directory.protected_entries;
  rules.password = directory.password;
  rules.user_attributes = directory.user_attributes;
  rules.group_attributes = directory.group_attributes;
  return rules;
}

DirectoryParts::DirectoryParts(ldap::Settings settings, const config::DirectoryConfig& config,
                               const Clock& clock)
    : target(std::move(settings), config),
      bases{config.user_base, config.group_base, config.bridge_base},
      aside(config.disable.move_to) {
  if (config.guard)
    common_budget = std::make_unique<KeptBudget>(KeptBudget::all_connections, *config.guard, config,
                                                 target.directory(), clock);
}

ConnectionParts::ConnectionParts(const std::string& name, const config::ConnectionConfig& config,
                                 const config::DirectoryConfig& target, const Surroundings& around,
                                 std::unique_ptr<provision::Handover> who_takes_over,
                                 std::shared_ptr<Lasting> before)
    : lasting(before ? std::move(before)
                     : std::make_shared<Lasting>(name, budget_rules(config, around.common_budget != nullptr),
                                                 target, around.directory, around.clock)),
      its_rules(lasting->succession.next()),
      rules(rules_of(name, config, target)),
      guard(mapping::guard_rules(rules)),
      removals(name, lasting->budget.budget, around.journal, around.clock, around.common_budget),
      reconciler(around.directory, guard, rules.group_shape, {rules.group_base, rules.bridge_base},
                 around.journal, &around.locks.names(), &lasting->moves),
      bookkeeper(around.directory, guard, rules.group_shape, {rules.group_base, rules.bridge_base}),
      handover(std::move(who_takes_over)),
      context{around.catalog,
              rules,
              around.directory,
              reconciler,
              around.locks,
              around.clock,
              policy_of(config),
              lasting->member_ids,
              config.behaviour.put_omitted} {
  // Who has no limit of its own takes of the common budget nevertheless.
  if (config.guard || around.common_budget) context.mandate.budget = &removals;
  context.mandate.handover = handover.get();
}

// Without a guard anything goes. What was spent under one counts again when there is one again, whatever its
// window: it is remembered for the longest.
sync::BudgetRules budget_rules(const config::ConnectionConfig& connection, bool is_used) {
  if (connection.guard) return *connection.guard;
  auto out = sync::unlimited();
  if (!is_used) out.window = longest_window;
  return out;
}

Result<std::unique_ptr<provision::Handover>> make_handover(const config::ConnectionConfig& connection) {
  std::unique_ptr<provision::Handover> none;
  if (!connection.handover) return none;
  const auto& config = *connection.handover;
  auto token = config.token.read();
  if (!token) return token.error();
  return std::make_unique<LeadHandover>(jira::Server{config.jira_url, std::move(*token), config.ca_file},
                                        jira::Successors{config.project_lead, config.component_lead},
                                        config.timeout);
}

audit::Secrets secrets_of(const config::Config& config) {
  audit::Secrets out;
  for (const auto& extension : config.extensions)
    for (const auto& attribute : extension.schema.attributes) {
      if (!is_never_returned(attribute)) continue;
      out.in_resource.emplace_back(extension.schema.id, attribute.name);
      for (const auto& rule : extension.rules)
        if (rule.attribute == attribute.name) out.attributes.push_back(rule.ldap_attribute);
    }
  return out;
}

std::unique_ptr<sync::Journal> make_journal(const config::Config& config, const Clock& clock) {
  if (!config.audit) return nullptr;
  return audit::make_journal(*config.audit, secrets_of(config), clock);
}

}  // namespace dirbridge::operate
