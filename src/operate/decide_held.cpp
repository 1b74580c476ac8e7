#include "operate/decide_held.hpp"

#include "provision/doors/resources.hpp"

namespace dirbridge::operate {
namespace {

constexpr std::chrono::minutes listing_limit{5};
constexpr std::chrono::seconds decision_limit{30};
constexpr int most_attempts = 3;

Result<> decide(provision::Resources& resources, const std::string& id, HeldDecision decision) {
  const auto choice =
      decision == HeldDecision::Approve ? &provision::Resources::approve : &provision::Resources::reject;
  for (int attempt = 1;; ++attempt) {
    auto done = (resources.*choice)(id, deadline_in(decision_limit));
    const bool raced = !done && done.error().kind == ErrorKind::PreconditionFailed;
    if (!raced || attempt == most_attempts) return done;
  }
}

// It was listed a moment ago: what is not there any more was settled by the decision on another one.
Decided::Outcome outcome_of(const Result<>& done) {
  if (done) return Decided::Outcome::Done;
  return done.error().kind == ErrorKind::NotFound ? Decided::Outcome::Settled : Decided::Outcome::Failed;
}

}  // namespace

CommandOutcome decide_held(const provision::Context& context, HeldDecision decision, const std::string& id) {
  auto all = provision::held_removals(context, deadline_in(listing_limit));
  if (!all) return {{}, all.error().detail};
  const auto users = provision::make_users(context);
  const auto groups = provision::make_groups(context);
  CommandOutcome out;
  for (auto& one : *all) {
    if (!id.empty() && one.id != id) continue;
    const bool of_user = one.removal == sync::Removal::Disable || one.removal == sync::Removal::Delete;
    const auto done = decide(of_user ? *users : *groups, one.id, decision);
    const auto outcome = outcome_of(done);
    out.decided.push_back({context.rules.connection, std::move(one), outcome,
                           outcome == Decided::Outcome::Failed ? done.error().detail : std::string()});
  }
  return out;
}

}  // namespace dirbridge::operate
