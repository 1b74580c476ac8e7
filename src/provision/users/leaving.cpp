#include "provision/users/leaving.hpp"

#include <iterator>

#include "base/log.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/user_entry.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/stored.hpp"
#include "provision/store/turns.hpp"
#include "provision/with_handover.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using directory::Filter;

Result<> forget(const Context& context, const Entry& entry, Deadline deadline) {
  return write_entry(context, directory::at(entry.dn, mapping::user_attributes()),
                     {sync::exactly(attr::handover, {})}, "the leads are handed over", deadline);
}

Filter owing(const Context& context) {
  return Filter::all_of(
      {Filter::present(attr::handover), Filter::equal(attr::connection, context.rules.connection)});
}

// Who has come back meanwhile leads on.
Result<> hand_over_one(const Context& context, const Entry& user, Deadline deadline) {
  auto lease = context.locks.acquire({{id_key(user.attributes.first(attr::id))}, {}}, deadline);
  if (!lease) return lease.error();
  auto now = directory::search(
      context.directory, {user.dn, directory::Scope::Base, owing(context), {attr::active, attr::handover}, 0},
      deadline);
  if (!now && now.error().kind != ErrorKind::NotFound) return now.error();
  if (!now || now->empty()) return {};
  const auto& home = now->front();
  if (mapping::is_disabled(home.attributes)) {
    const std::string login(home.attributes.first(attr::handover));
    if (auto done = context.mandate.handover->hand_over(login, deadline); !done) {
      log::warning("handover_failed", {{"login", login}, {"detail", done.error().detail}});
      return {};
    }
  }
  return forget(context, home, deadline);
}

}  // namespace

Result<> Leaving::announce(const Entry& home) {
  if (!context_.mandate.handover || mapping::is_record(context_.rules, home.dn) ||
      mapping::is_disabled(home.attributes))
    return {};
  if (refused_) return *refused_;
  if (asked_) return {};
  const std::string login(home.attributes.first(mapping::login_attribute(context_.rules)));
  if (!context_.mandate.handover->may_ask(login)) {
    refused_ = error(ErrorKind::Busy, "what " + login + " leads is to be handed over first", asked_first);
    return *refused_;
  }
  asked_ = true;
  auto done = context_.mandate.handover->hand_over(login, deadline_);
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
  if (owed_) goal.attributes.push_back(sync::exactly(attr::handover, {*owed_}));
}

Result<> hand_over_owed(const Context& context, Deadline deadline) {
  if (!context.mandate.handover) return {};
  std::vector<Entry> users;
  for (const auto& base : homes(context, context.catalog.user)) {
    auto found = directory::search(
        context.directory, {base, directory::Scope::Subtree, owing(context), {attr::id}, 0}, deadline);
    if (!found) return found.error();
    std::move(found->begin(), found->end(), std::back_inserter(users));
  }
  return each_in_turn(context, users, deadline,
                      [&](const Entry& user) { return hand_over_one(context, user, deadline); });
}

}  // namespace dirbridge::provision
