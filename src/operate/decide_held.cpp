#include "operate/decide_held.hpp"

#include "provision/doors/resources.hpp"

namespace dirbridge::operate {
namespace {

using provision::HeldRemoval;

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

}  // namespace

std::string name_of(const HeldRemoval& one) {
  if (one.removal != sync::Removal::MemberRemoval) return one.name;
  const auto count = one.members.size();
  return one.name + ": " + std::to_string(count) + (count == 1 ? " member" : " members");
}

CommandOutcome decide_held(const provision::Context& context, HeldDecision decision, const std::string& id) {
  CommandOutcome out;
  auto all = provision::held_removals(context, deadline_in(listing_limit));
  if (!all) {
    out.failed.push_back(context.rules.connection + ": " + all.error().detail);
    return out;
  }
  const auto users = provision::make_users(context);
  const auto groups = provision::make_groups(context);
  const std::string word = decision == HeldDecision::Approve ? "approved" : "rejected";
  for (const auto& one : *all) {
    if (!id.empty() && one.id != id) continue;
    const bool of_user = one.removal == sync::Removal::Disable || one.removal == sync::Removal::Delete;
    const auto done = decide(of_user ? *users : *groups, one.id, decision);
    const auto what = word + ": " + std::string(sync::to_string(one.removal)) + ' ' + name_of(one);
    // Listed a moment ago: settled by the decision on another one, such as the deletion of its group.
    const bool settled = !done && done.error().kind == ErrorKind::NotFound;
    if (done || settled)
      out.done.push_back(settled ? what + " (with another one)" : what);
    else
      out.failed.push_back("not " + what + ": " + done.error().detail);
  }
  return out;
}

}  // namespace dirbridge::operate
