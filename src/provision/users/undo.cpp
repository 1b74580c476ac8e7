#include "provision/users/undo.hpp"

#include "directory/vocabulary.hpp"
#include "mapping/user_entry.hpp"
#include "mapping/user_state.hpp"
#include "provision/groups/leaving.hpp"
#include "provision/store/stored.hpp"
#include "provision/users/removal.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using mapping::OnDelete;

// The user moved to a home of another kind when it came: it is hidden, or let go, where it is.
Result<> put_away(const Context& context, std::string_view id, const Entry& before, const Entry& now,
                  Deadline deadline) {
  const bool found = mapping::is_adopted(now.attributes) && !mapping::is_adopted(before.attributes);
  const Fate fate{found ? OnDelete::Keep : OnDelete::Disable, {}};
  return remove_user(undoing(context, fate), id, {}, deadline);
}

Result<> undo_taken_up(const Context& context, std::string_view id, const Entry& home, const Entry& now,
                       Deadline deadline) {
  const bool stayed = mapping::is_record(context.rules, home.dn) == mapping::is_record(context.rules, now.dn);
  return stayed ? restore(context, context.catalog.user, home, now, deadline)
                : put_away(context, id, home, now, deadline);
}

// `groups`: those that list the home now.
Result<> rejoin(const Context& context, const Before& before, const std::vector<Entry>& groups,
                Deadline deadline) {
  for (const auto& group : without(before.groups, groups))
    if (auto back = rejoin_group(context, group, before.home->dn, deadline); !back) return back;
  return {};
}

// A user whose deletion waits has left her groups to come back, and did not come.
Result<> rejoin_as_before(const Context& context, const Before& before, Deadline deadline) {
  const auto now = directory::read(context.directory, before.home->dn, {attr::deleted, attr::held}, deadline);
  if (!now) return now.error();
  if (!*now || !(*now)->attributes.find(attr::deleted) || mapping::is_gone((*now)->attributes)) return {};
  const auto groups = groups_listing(context, before.home->dn, deadline);
  return groups ? rejoin(context, before, *groups, deadline) : Result<>(groups.error());
}

}  // namespace

Result<> undo_user(const Context& context, std::string_view id, const Before& before, Deadline deadline) {
  auto lease = context.locks.acquire({{id_key(id), renames}, {}}, deadline);
  if (!lease) return lease.error();
  const auto made = look_after(context, context.catalog.user, id, before, deadline);
  if (!made) return made.error();
  if (!made->now) return before.home ? rejoin_as_before(context, before, deadline) : Result<>();
  const auto& [now, groups, took_in] = *made;
  if (!before.home) {
    const auto undo = undoing(context, {OnDelete::Delete, {}});
    if (auto gone = remove_user(undo, id, {}, deadline); !gone) return gone;
  } else {
    if (auto left = leave_all(context, took_in, now->dn, deadline); !left) return left;
    if (auto done = undo_taken_up(context, id, *before.home, *now, deadline); !done) return done;
    if (auto back = rejoin(context, before, groups, deadline); !back) return back;
  }
  return wait_again(context, before, took_in, deadline);
}

}  // namespace dirbridge::provision
