#pragma once
// What the operations of one connection share. Everything referred to outlives them; all of it is
// thread-safe.
#include "base/clock.hpp"
#include "directory/directory.hpp"
#include "mapping/rules.hpp"
#include "provision/key_locks.hpp"
#include "provision/mandate.hpp"
#include "provision/member_ids.hpp"
#include "scim/catalog.hpp"
#include "scim/patch.hpp"
#include "scim/replace.hpp"
#include "sync/reconcile.hpp"

namespace dirbridge::provision {

namespace json = boost::json;

struct Context {
  const scim::Catalog& catalog;
  const mapping::Rules& rules;
  directory::Directory& directory;
  sync::Reconciler& reconciler;
  KeyLocks& locks;  // one set per directory: connections may share it
  const Clock& clock;
  scim::PatchPolicy patch_policy;
  MemberIds& member_ids;
  scim::PutOmitted put_omitted = scim::PutOmitted::Clear;
  // Entries that a filter or an order without an index may look at; a query that needs more is refused.
  std::size_t most_evaluated = 200'000;
  Mandate mandate{};

  // The same connection, on behalf of somebody else.
  Context under(Mandate other) const {
    auto out = *this;
    out.mandate = std::move(other);
    return out;
  }
  // What the same connection would be by other rules, which outlive it.
  Context by(const mapping::Rules& others) const {
    return {catalog,      others,     directory,   reconciler,     locks,  clock,
            patch_policy, member_ids, put_omitted, most_evaluated, mandate};
  }
  mapping::OnDelete on_delete_of_users() const {
    return mandate.fate.user.value_or(rules.user_options.on_delete);
  }
  mapping::GroupOptions::OnDelete on_delete_of_groups() const {
    return mandate.fate.group.value_or(rules.group_options.on_delete);
  }
  // How long a resource that is to be deleted is only hidden.
  std::chrono::days user_grace() const {
    return mandate.fate.user ? std::chrono::days(0) : rules.user_options.delete_after;
  }
  std::chrono::days group_grace() const {
    return mandate.fate.group ? std::chrono::days(0) : rules.group_options.delete_after;
  }
};

}  // namespace dirbridge::provision
