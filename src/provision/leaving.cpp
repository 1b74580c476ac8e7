#include "provision/leaving.hpp"

#include "base/log.hpp"
#include "mapping/user_entry.hpp"
#include "provision/homes.hpp"
#include "provision/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using directory::Filter;

Result<> forget(const Context& context, const Entry& entry, Deadline deadline) {
  sync::Task task;
  task.find = directory::at(entry.dn, mapping::user_attributes());
  task.goal = [&](const std::optional<Entry>& home) -> Result<sync::EntryGoal> {
    if (!home) return error(ErrorKind::NotFound, "the entry is gone");
    return sync::EntryGoal{sync::EntryGoal::Presence::Present,
                           home->dn,
                           {sync::exactly("dirbridgeHandover", {})},
                           "the leads are handed over",
                           {}};
  };
  auto done = context.reconciler.run(task, deadline);
  if (!done && done.error().kind != ErrorKind::NotFound) return done.error();
  return {};
}

}  // namespace

Result<> Leaving::announce(const Entry& home) {
  if (!context_.handover || mapping::is_record(context_.rules, home.dn) ||
      mapping::is_disabled(home.attributes))
    return {};
  if (refused_) return *refused_;
  if (asked_) return {};
  asked_ = true;
  const std::string login(home.attributes.first(mapping::login_attribute(context_.rules)));
  auto done = context_.handover->hand_over(login, deadline_);
  if (done) return {};
  log::warning("handover_failed", {{"login", login}, {"detail", done.error().detail}});
  if (context_.rules.user_options.handover_failure == mapping::HandoverFailure::GoOn) {
    owed_ = login;
    return {};
  }
  refused_ =
      error(ErrorKind::Busy, "the leads of " + login + " cannot be handed over now: " + done.error().detail);
  return *refused_;
}

void Leaving::remember(sync::EntryGoal& goal) const {
  if (owed_) goal.attributes.push_back(sync::exactly("dirbridgeHandover", {*owed_}));
}

Result<> hand_over_owed(const Context& context, Deadline deadline) {
  if (!context.handover) return {};
  for (const auto& base : homes(context, context.catalog.user)) {
    const auto filter = Filter::all_of({Filter::present("dirbridgeHandover"),
                                        Filter::equal("dirbridgeConnection", context.rules.connection)});
    auto owing = directory::search(
        context.directory, {base, directory::Scope::Subtree, filter, {"dirbridgeId", "dirbridgeHandover"}, 0},
        deadline);
    if (!owing && owing.error().kind == ErrorKind::NotFound) continue;
    if (!owing) return owing.error();
    for (const auto& entry : *owing) {
      auto held = context.locks.acquire({{id_key(entry.attributes.first("dirbridgeId"))}, {}}, deadline);
      if (!held) return held.error();
      const std::string login(entry.attributes.first("dirbridgeHandover"));
      if (auto done = context.handover->hand_over(login, deadline); !done) {
        log::warning("handover_failed", {{"login", login}, {"detail", done.error().detail}});
        continue;
      }
      if (auto done = forget(context, entry, deadline); !done) return done;
    }
  }
  return {};
}

}  // namespace dirbridge::provision
