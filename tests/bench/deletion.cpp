#include <algorithm>
#include <set>

#include "scenarios.hpp"

namespace dirbridge::bench {
namespace {

class Deletion final : public Scenario {
 public:
  Deletion(Stage& stage, Sides sides, const CreatedUsers& created, std::size_t slices)
      : stage_(stage), sides_(std::move(sides)), created_(created), slices_(slices) {}

  Slice bridge_slice(std::chrono::milliseconds duration) override;
  Slice direct_slice(std::chrono::milliseconds duration) override;
  Result<> verify() override;

 private:
  // The users of slice number `slice`.
  std::vector<const User*> part(const std::vector<User>& users, std::size_t slice) const;
  void note(const Slice& slice, const std::vector<const User*>& users);

  Stage& stage_;
  Sides sides_;
  const CreatedUsers& created_;
  std::size_t slices_;
  std::size_t next_bridge_slice_ = 0;
  std::size_t next_direct_slice_ = 0;
  std::set<std::string> gone_;
};

std::vector<const User*> Deletion::part(const std::vector<User>& users, std::size_t slice) const {
  std::vector<const User*> chosen;
  for (std::size_t i = slice; i < users.size(); i += slices_) chosen.push_back(&users[i]);
  return chosen;
}

void Deletion::note(const Slice& slice, const std::vector<const User*>& users) {
  for (const std::size_t job : slice.acknowledged) gone_.insert(users[job]->name);
}

Slice Deletion::bridge_slice(std::chrono::milliseconds duration) {
  const auto users = part(created_.by_bridge, next_bridge_slice_++);
  std::vector<HttpRequest> requests;
  for (const User* user : users)
    requests.push_back({stage_.bridge.request("DELETE", "/Users/" + user->id, {}), {}});
  Schedule schedule(Schedule::Order::Once, requests.size(), 0);
  Slice slice = sides_.http->run(requests, schedule, duration);
  note(slice, users);
  return slice;
}

Slice Deletion::direct_slice(std::chrono::milliseconds duration) {
  const auto users = part(created_.directly, next_direct_slice_++);
  std::vector<LdapJob> jobs;
  for (const User* user : users) jobs.push_back({LdapJob::Kind::Delete, user->dn, {}});
  Schedule schedule(Schedule::Order::Once, jobs.size(), 0);
  Slice slice = sides_.ldap->run(jobs, schedule, duration);
  note(slice, users);
  return slice;
}

Result<> Deletion::verify() {
  std::vector<std::string> expected;
  std::set<std::string> ours;
  for (const auto* list : {&created_.by_bridge, &created_.directly}) {
    for (const User& user : *list) {
      ours.insert(user.name);
      if (!gone_.contains(user.name)) expected.push_back(user.name);
    }
  }
  auto users = stored_users(stage_);
  if (!users) return users.error();
  std::vector<std::string> found;
  for (const StoredUser& user : *users)
    if (ours.contains(user.name)) found.push_back(user.name);
  return expect_same("users left after the deletions", expected, found);
}

}  // namespace

NewScenario make_deletion(Stage& stage, std::size_t in_flight, const CreatedUsers& created,
                          std::size_t slices) {
  auto sides = connect_sides(stage, in_flight);
  if (!sides) return sides.error();
  return std::make_unique<Deletion>(stage, std::move(*sides), created, slices);
}

}  // namespace dirbridge::bench
