#include "provision/sweep.hpp"

#include <iterator>
#include <set>
#include <span>

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
#include "provision/turns.hpp"
#include "provision/user_removal.hpp"

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
                                  {"dirbridgeId", "dirbridgeConnection", std::string(attribute)},
                                  0},
                                 deadline);
  if (found)
    std::erase_if(*found, [&](const auto& entry) {
      return entry.attributes.first("dirbridgeConnection") != context.rules.connection;
    });
  return found;
}

Result<> finish_rename(const Context& context, const directory::Entry& entry, Deadline deadline) {
  // A rename that is running holds these, and is not to be undone.
  auto held = context.locks.acquire({{id_key(entry.attributes.first("dirbridgeId")), renames}, {}}, deadline);
  if (!held) return held.error();
  if (auto done = finish_move(context, entry, deadline); !done) return done;
  log::info("rename_resumed", {{"dn", entry.dn.str()}});
  return context.reconciler.settle(directory::at(entry.dn, mapping::group_attributes()), deadline);
}

Result<> finish_renames(const Context& context, Deadline deadline) {
  std::vector<directory::Entry> renamed;
  for (const auto* type : {&context.catalog.user, &context.catalog.group})
    for (const auto& base : homes(context, *type)) {
      auto entries = having(context, base, "dirbridgeAlias", deadline);
      if (!entries) return entries.error();
      std::move(entries->begin(), entries->end(), std::back_inserter(renamed));
    }
  return each_in_turn(context, renamed, deadline,
                      [&](const auto& entry) { return finish_rename(context, entry, deadline); });
}

using Names = std::span<const std::string>;

Result<> admit_one(const Context& context, const std::string& name, Deadline deadline) {
  auto held = lock_and_resolve(context, {}, {name}, deadline);
  if (!held) return held.error();
  const auto& member = held->members.front().member;
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
    auto groups = having(context, base, "dirbridgePendingMember", deadline);
    if (!groups) return groups.error();
    for (const auto& group : *groups)
      if (const auto* pending = group.attributes.find("dirbridgePendingMember"))
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
  Result<> (*run)(const Context&, Deadline);
};

constexpr Step steps[] = {{"interrupted renames", finish_renames},
                          {"grants that end", settle_ended},
                          {"memberships that are granted again", release_granted},
                          {"deleted groups", sweep_deleted_groups},
                          {"members that were waited for", admit_arrived},
                          {"handovers", hand_over_owed},
                          {"deleted users", delete_due}};

}  // namespace

Result<> sweep(const Context& context, Deadline deadline) {
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
