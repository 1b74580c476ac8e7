#include "provision/sweep.hpp"

#include <set>

#include "base/log.hpp"
#include "mapping/group_entry.hpp"
#include "provision/group_removal.hpp"
#include "provision/held_grants.hpp"
#include "provision/homes.hpp"
#include "provision/leaving.hpp"
#include "provision/members.hpp"
#include "provision/pending.hpp"
#include "provision/source_change.hpp"
#include "provision/stored.hpp"
#include "provision/user_removal.hpp"

namespace dirbridge::provision {

namespace {

using directory::Filter;
using directory::Scope;

Result<std::vector<directory::Entry>> having(const Context& context, const directory::Dn& base,
                                             std::string_view attribute, Deadline deadline) {
  auto found = directory::search(context.directory,
                                 {base,
                                  Scope::Subtree,
                                  Filter::present(attribute),
                                  {"dirbridgeId", "dirbridgeConnection", std::string(attribute)},
                                  0},
                                 deadline);
  if (!found && found.error().kind == ErrorKind::NotFound) return std::vector<directory::Entry>();
  if (found)
    std::erase_if(*found, [&](const auto& entry) {
      return entry.attributes.first("dirbridgeConnection") != context.rules.connection;
    });
  return found;
}

Result<> finish_renames(const Context& context, const directory::Dn& base, Deadline deadline) {
  auto entries = having(context, base, "dirbridgeAlias", deadline);
  if (!entries) return entries.error();
  for (const auto& entry : *entries) {
    // A rename that is running holds these, and is not to be undone.
    auto held =
        context.locks.acquire({{id_key(entry.attributes.first("dirbridgeId")), renames}, {}}, deadline);
    if (!held) return held.error();
    if (auto done = finish_move(context, entry, deadline); !done) return done;
    log::info("rename_resumed", {{"dn", entry.dn.str()}});
    const directory::SearchRequest find = directory::at(entry.dn, mapping::group_attributes());
    if (auto done = context.reconciler.settle(find, deadline); !done) return done;
  }
  return {};
}

Result<> admit_arrived(const Context& context, Deadline deadline) {
  std::set<std::string> names;
  for (const auto& base : homes(context, context.catalog.group)) {
    auto groups = having(context, base, "dirbridgePendingMember", deadline);
    if (!groups) return groups.error();
    for (const auto& group : *groups)
      if (const auto* pending = group.attributes.find("dirbridgePendingMember"))
        names.insert(pending->begin(), pending->end());
  }
  for (const auto& name : names) {
    auto held = lock_and_resolve(context, {}, {name}, deadline);
    if (!held) return held.error();
    const auto& member = held->members.front().member;
    if (!member) continue;
    if (auto done = admit_waiting(context, member->dn, {name}, deadline); !done) return done;
  }
  return {};
}

}  // namespace

Result<> sweep(const Context& context, Deadline deadline) {
  for (const auto* type : {&context.catalog.user, &context.catalog.group})
    for (const auto& base : homes(context, *type))
      if (auto done = finish_renames(context, base, deadline); !done) return done;
  if (auto done = settle_ended(context, deadline); !done) return done;
  if (auto done = release_granted(context, deadline); !done) return done;
  if (auto done = sweep_deleted_groups(context, deadline); !done) return done;
  if (auto done = admit_arrived(context, deadline); !done) return done;
  if (auto done = hand_over_owed(context, deadline); !done) return done;
  return delete_due(context, deadline);
}

}  // namespace dirbridge::provision
