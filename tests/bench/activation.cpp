#include <unordered_map>

#include "scenarios.hpp"
#include "scim_messages.hpp"

namespace dirbridge::bench {
namespace {

constexpr std::size_t most_activations_per_second = 6000;

class Activation final : public Scenario {
 public:
  Activation(Stage& stage, Sides sides) : stage_(stage), sides_(std::move(sides)) {}

  Slice bridge_slice(std::chrono::milliseconds duration) override;
  Slice direct_slice(std::chrono::milliseconds duration) override;
  Result<> verify() override;

 private:
  // The next users of one side (the bridge has the even ones), no user twice.
  std::vector<User*> next_users(std::size_t side, std::chrono::milliseconds duration);
  static void note(const Slice& slice, const std::vector<User*>& users);

  Stage& stage_;
  Sides sides_;
  std::size_t cursors_[2] = {0, 1};
};

std::vector<User*> Activation::next_users(std::size_t side, std::chrono::milliseconds duration) {
  auto& all = stage_.population.users;
  std::vector<User*> users;
  const std::size_t count = std::min(enough_for(duration, most_activations_per_second), all.size() / 2);
  for (std::size_t i = 0; i < count; ++i)
    users.push_back(&all[(cursors_[side] + 2 * i) % (all.size() / 2 * 2)]);
  return users;
}

void Activation::note(const Slice& slice, const std::vector<User*>& users) {
  for (const std::size_t job : slice.acknowledged) users[job]->active = !users[job]->active;
}

Slice Activation::bridge_slice(std::chrono::milliseconds duration) {
  const std::vector<User*> users = next_users(0, duration);
  std::vector<HttpRequest> requests;
  for (const User* user : users)
    requests.push_back(
        {stage_.bridge.request("PATCH", "/Users/" + user->id, active_message(!user->active)), {}});
  Schedule schedule(Schedule::Order::Once, requests.size(), 0);
  Slice slice = sides_.http->run(requests, schedule, duration);
  note(slice, users);
  cursors_[0] += 2 * slice.acknowledged.size();
  return slice;
}

Slice Activation::direct_slice(std::chrono::milliseconds duration) {
  const std::vector<User*> users = next_users(1, duration);
  std::vector<LdapJob> jobs;
  for (const User* user : users) {
    const LdapEntry active = stage_.templates.active_user.make(user->name, user->id);
    const LdapEntry disabled = stage_.templates.disabled_user.make(user->name, user->id);
    auto changes = user->active ? replacements(active, disabled) : replacements(disabled, active);
    jobs.push_back({LdapJob::Kind::Modify, user->dn, PreparedModifications(std::move(changes))});
  }
  Schedule schedule(Schedule::Order::Once, jobs.size(), 0);
  Slice slice = sides_.ldap->run(jobs, schedule, duration);
  note(slice, users);
  cursors_[1] += 2 * slice.acknowledged.size();
  return slice;
}

Result<> Activation::verify() {
  auto stored = stored_users(stage_);
  if (!stored) return stored.error();
  std::unordered_map<std::string, bool> active;
  for (const StoredUser& user : *stored) active.emplace(user.name, user.active);
  for (const User& user : stage_.population.users) {
    const auto found = active.find(user.name);
    if (found == active.end() || found->second != user.active)
      return error(ErrorKind::InvalidValue, "the last acknowledged change of " + user.name + " is not there");
  }
  return {};
}

}  // namespace

NewScenario make_activation(Stage& stage, std::size_t in_flight) {
  auto sides = connect_sides(stage, in_flight);
  if (!sides) return sides.error();
  return std::make_unique<Activation>(stage, std::move(*sides));
}

}  // namespace dirbridge::bench
