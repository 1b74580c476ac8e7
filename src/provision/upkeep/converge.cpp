#include "provision/upkeep/converge.hpp"

#include <algorithm>
#include <iterator>

#include "base/log.hpp"
#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/default_groups.hpp"
#include "provision/grants/drift.hpp"
#include "provision/grants/flattening.hpp"
#include "provision/grants/lost_targets.hpp"
#include "provision/grants/owed.hpp"
#include "provision/grants/projection.hpp"
#include "provision/groups/change.hpp"
#include "provision/groups/converge.hpp"
#include "provision/groups/move.hpp"
#include "provision/groups/removal.hpp"
#include "provision/refusal.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/records.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Filter;
using directory::Scope;
using Texts = std::vector<std::string>;

// Who is in a group by hand is nothing to remember once nobody is granted it.
Result<bool> forget_by_hand(const Context& context, Deadline deadline) {
  auto records =
      directory::search(context.directory,
                        {context.rules.bridge_base,
                         Scope::Subtree,
                         Filter::all_of({Filter::equal(attr::kind, by_hand_kind),
                                         Filter::equal(attr::connection, context.rules.connection)}),
                         {attr::target},
                         0},
                        deadline);
  if (!records) return records.error();
  bool changed = false;
  for (const auto& record : *records)
    for (const auto& group : targets_in(record)) {
      const auto granted = is_granted(context, group, deadline);
      if (!granted) return granted.error();
      if (*granted) continue;
      if (auto done = delete_entry(context, record.dn, "nobody is granted the group", deadline); !done)
        return done.error();
      changed = true;
    }
  return changed;
}

Result<bool> move_groups(const Context& context, Deadline deadline) {
  const auto wrong = homes(context, context.catalog.group).back();
  const auto filter = Filter::all_of({Filter::equal("objectClass", object_class::group),
                                      Filter::equal(attr::connection, context.rules.connection),
                                      Filter::negation(Filter::present(attr::deleted))});
  auto groups =
      directory::search(context.directory, {wrong, Scope::Subtree, filter, {attr::id}, 0}, deadline);
  if (!groups) return groups.error();
  bool changed = false;
  for (const auto& group : *groups) {
    const auto id = ascii_lower(group.attributes.first(attr::id));
    auto lease = context.locks.acquire({{id_key(id), renames}, {}}, deadline);
    if (!lease) return lease.error();
    auto found = homes_of_group(context, id, deadline);
    if (!found) return found.error();
    auto moved = move_group(context, *found, deadline);
    // What concerns this group alone converge_group() tells of.
    if (!moved && !concerns_content(moved.error().kind)) return moved.error();
    changed = changed || (moved && *moved);
  }
  return changed;
}

Result<bool> has_ended(const Context& context, Deadline deadline) {
  auto records = ending_notes(context, deadline);
  if (!records) return records.error();
  return !records->empty();
}

}  // namespace

Result<bool> converge_groups(const Context& context, Deadline deadline) {
  bool changed = false;
  const auto also = [&](const Result<bool>& done) {
    changed = changed || (done && *done);
    return bool(done);
  };
  auto done = move_groups(context, deadline);
  if (!also(done)) return done;
  done = converge_default_groups(context, deadline);
  if (!also(done)) return done;
  done = has_ended(context, deadline);
  if (!also(done)) return done;
  if (auto settled = settle_ended(context, deadline); !settled) return settled.error();
  if (auto released = release_granted(context, deadline); !released) return released.error();
  auto groups = mapping::maps_groups(context.rules) ? filled_groups(context, deadline)
                                                    : Result<std::vector<Dn>>(std::vector<Dn>());
  if (!groups) return groups.error();
  for (const auto& group : *groups) {
    done = converge_target(context, group, deadline);
    if (!also(done)) return done;
  }
  done = forget_flattening(context, deadline);
  if (!also(done)) return done;
  done = forget_by_hand(context, deadline);
  if (!also(done)) return done;
  if (auto swept = sweep_deleted_groups(context, deadline); !swept) return swept.error();
  return changed;
}

}  // namespace dirbridge::provision
