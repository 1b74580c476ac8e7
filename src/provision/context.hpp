#pragma once
// What the operations of one connection share. Everything referred to outlives them; all of it is
// thread-safe.
#include "base/clock.hpp"
#include "directory/directory.hpp"
#include "mapping/rules.hpp"
#include "provision/handover.hpp"
#include "provision/key_locks.hpp"
#include "provision/member_ids.hpp"
#include "provision/removals.hpp"
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
  Handover* handover = nullptr;  // absent: nobody leads anything
  Removals* removals = nullptr;  // null: there is no budget
};

}  // namespace dirbridge::provision
