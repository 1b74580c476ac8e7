#include "provision/upkeep/sweep.hpp"

#include <functional>
#include <iterator>
#include <set>
#include <span>

#include "base/log.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "provision/grants/drift.hpp"
#include "provision/grants/lost_targets.hpp"
#include "provision/grants/owed.hpp"
#include "provision/groups/pending.hpp"
#include "provision/groups/removal.hpp"
#include "provision/members/resolve.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/stored.hpp"
#include "provision/store/turns.hpp"
#include "provision/upkeep/interrupted_renames.hpp"
#include "provision/users/leaving.hpp"
#include "provision/users/removal.hpp"

namespace dirbridge::provision {

namespace {

using directory::Filter;
using directory::Scope;

constexpr std::size_t names_per_look = 1'000;

Result<std::vector<directory::Entry>> having(const Context& context, const directory::Dn& base,
                                             std::string_view attribute, Deadline deadline) {
  auto found = directory::search(context.directory,
                                 {base,
                                  Scope::Subtree,
                                  Filter::present(attribute),
                                  {attr::id, attr::connection, std::string(attribute)},
                                  0},
                                 deadline);
  if (found)
    std::erase_if(*found, [&](const auto& entry) {
      return entry.attributes.first(attr::connection) != context.rules.connection;
    });
  return found;
}

using Names = std::span<const std::string>;

Result<> admit_one(const Context& context, const std::string& name, Deadline deadline) {
  auto lease = lock_and_resolve(context, {}, {name}, deadline);
  if (!lease) return lease.error();
  const auto& member = lease->members.front().member;
  return member ? admit_waiting(context, member->dn, {name}, deadline) : Result<>();
}

// Nearly all who are waited for have not arrived: a look at many at once tells who has.
Result<> admit_those_here(const Context& context, Names names, Deadline deadline) {
  const auto found = resolve(context, names, deadline);
  if (!found) return found.error();
  return each_in_turn(context, *found, deadline, [&](const Resolved& one) {
    return one.member ? admit_one(context, one.wanted, deadline) : Result<>();
  });
}

Result<> admit_arrived(const Context& context, Deadline deadline) {
  std::set<std::string> names;
  for (const auto& base : homes(context, context.catalog.group)) {
    auto groups = having(context, base, attr::pending_member, deadline);
    if (!groups) return groups.error();
    for (const auto& group : *groups)
      if (const auto* pending = group.attributes.find(attr::pending_member))
        names.insert(pending->begin(), pending->end());
  }
  const std::vector<std::string> all(names.begin(), names.end());
  std::vector<Names> looks;
  for (std::size_t from = 0; from < all.size(); from += names_per_look)
    looks.push_back(Names(all).subspan(from, std::min(names_per_look, all.size() - from)));
  return each_in_turn(context, looks, deadline,
                      [&](Names look) { return admit_those_here(context, look, deadline); });
}

struct Step {
  std::string_view what;
  std::function<Result<>(const Context&, Deadline)> run;
};

}  // namespace

Result<> sweep(const Context& context, Deadline deadline, Drift* drift) {
  const auto mend = [&](const Context& c, Deadline until) {
    Drift once;
    return (drift ? *drift : once).mend(c, until);
  };
  const Step steps[] = {{"interrupted renames", finish_renames},
                        {"grants that end", settle_ended},
                        {"memberships that are granted again",
                         [](const Context& c, Deadline until) { return release_granted(c, until); }},
                        {"deleted groups", sweep_deleted_groups},
                        {"members that were waited for", admit_arrived},
                        {"directory groups", mend},
                        {"handovers", hand_over_owed},
                        {"deleted users", delete_due}};
  std::optional<Error> failure;
  auto left = static_cast<std::chrono::milliseconds::rep>(std::size(steps));
  for (const auto& [what, run] : steps) {
    const auto done = run(context, deadline_in(remaining(deadline) / left--));
    if (done) continue;
    auto detail = std::string(what) + ": " + done.error().detail;
    if (failure)
      failure->detail += "; " + detail;
    else
      failure = error(done.error().kind, std::move(detail));
  }
  return failure ? Result<>(*failure) : Result<>();
}

}  // namespace dirbridge::provision
