#pragma once
// The parts that the operations of a connection refer to, built from the configuration: by the running
// bridge, and by the commands that write the directory themselves.
#include <memory>
#include <optional>

#include "audit/redaction.hpp"
#include "config/config.hpp"
#include "config/ldap_target.hpp"
#include "operate/kept_budget.hpp"
#include "operate/lasting.hpp"
#include "provision/context.hpp"
#include "provision/grants/drift.hpp"
#include "provision/handover.hpp"
#include "provision/removals.hpp"
#include "sync/journal.hpp"

namespace dirbridge::operate {

// One LDAP target, shared by the connections that provision it.
struct DirectoryParts {
  // `clock` outlives it.
  DirectoryParts(ldap::Settings settings, const config::DirectoryConfig& config, const Clock& clock);
  config::LdapTarget target;
  provision::KeyLocks locks;
  const std::vector<directory::Dn> bases;     // without one of them nothing can be said
  const std::optional<directory::Dn> aside;   // where disabled users go; without it they are marked
  std::unique_ptr<KeptBudget> common_budget;  // null: each connection has only its own
  sync::Budget* budget() { return common_budget ? &common_budget->budget : nullptr; }
};

// What all operations of a connection are given; it outlives them.
struct Surroundings {
  const scim::Catalog& catalog;
  directory::Directory& directory;
  provision::KeyLocks& locks;
  const Clock& clock;
  sync::Journal* journal = nullptr;       // null: nobody is told
  sync::Budget* common_budget = nullptr;  // null: there is none
};

// One connection.
struct ConnectionParts {
  // `before`: of the parts that these replace, with the same directory; null: they replace none. Its budget
  // keeps the rules that it has.
  ConnectionParts(const std::string& name, const config::ConnectionConfig& config,
                  const config::DirectoryConfig& target, const Surroundings& around,
                  std::unique_ptr<provision::Handover> who_takes_over,
                  std::shared_ptr<Lasting> before = nullptr);
  ConnectionParts(const ConnectionParts&) = delete;
  ConnectionParts& operator=(const ConnectionParts&) = delete;

  const std::shared_ptr<Lasting> lasting;
  const Succession::Rules its_rules;  // among those of lasting->succession
  mapping::Rules rules;
  sync::Guard guard;
  provision::Removals removals;
  sync::Reconciler reconciler;
  sync::Reconciler bookkeeper;  // without a journal
  std::unique_ptr<provision::Handover> handover;
  provision::Context context;
  provision::Drift drift;
};

// Of a connection's own budget. `is_used`: removals are taken of it although the connection has no guard.
sync::BudgetRules budget_rules(const config::ConnectionConfig& connection, bool is_used);

mapping::Rules rules_of(const std::string& name, const config::ConnectionConfig& connection,
                        const config::DirectoryConfig& directory);

// Null when nothing is handed over. Errors are those of reading the token.
Result<std::unique_ptr<provision::Handover>> make_handover(const config::ConnectionConfig& connection);

// What neither the audit nor an answer shows (RFC 7643 7, "returned": "never").
audit::Secrets secrets_of(const config::Config& config);

// Null when the audit is off.
std::unique_ptr<sync::Journal> make_journal(const config::Config& config, const Clock& clock);

}  // namespace dirbridge::operate
