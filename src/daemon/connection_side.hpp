#pragma once
// The parts that the operations of a connection refer to, built from the configuration: by the running
// bridge, and by the commands that write the directory themselves.
#include <memory>

#include "daemon/config.hpp"
#include "ldap/pool.hpp"
#include "provision/budget_store.hpp"
#include "provision/context.hpp"
#include "provision/removals.hpp"
#include "sync/journal.hpp"

namespace dirbridge::daemon {

// One LDAP target, shared by the connections that provision it.
struct DirectorySide {
  DirectorySide(ldap::Settings settings, directory::Dn base)
      : pool(std::move(settings)), user_base(std::move(base)) {}
  ldap::Pool pool;
  provision::KeyLocks locks;
  directory::Dn user_base;
};

// One connection. Everything it is given outlives it; `journal` may be null.
struct ConnectionSide {
  ConnectionSide(const scim::Catalog& catalog, const std::string& name, const ConnectionConfig& config,
                 const DirectoryConfig& target, DirectorySide& directory, sync::Journal* journal,
                 const Clock& clock);
  ConnectionSide(const ConnectionSide&) = delete;
  ConnectionSide& operator=(const ConnectionSide&) = delete;

  mapping::Rules rules;
  sync::Guard guard;
  sync::Budget budget;
  provision::Removals removals;
  provision::MemberIds member_ids;
  sync::Reconciler reconciler;
  sync::Reconciler bookkeeper;  // without a journal
  provision::Context context;
  provision::BudgetStore budget_store;
  bool budget_unkept = false;  // the last exchange failed
};

mapping::Rules rules_of(const std::string& name, const ConnectionConfig& connection,
                        const DirectoryConfig& directory);

// Null when the audit is off.
std::unique_ptr<sync::Journal> make_journal(const Config& config, const Clock& clock);

}  // namespace dirbridge::daemon
