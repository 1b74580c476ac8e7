#include <set>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "scenarios.hpp"
#include "scim_messages.hpp"

namespace dirbridge::bench {
namespace {

constexpr std::size_t most_creations_per_second = 4000;
constexpr char bridge_series = 'b';
constexpr char direct_series = 'd';

class Creation final : public Scenario {
 public:
  Creation(Stage& stage, Sides sides, CreatedUsers& created)
      : stage_(stage), sides_(std::move(sides)), created_(created) {}

  Slice bridge_slice(std::chrono::milliseconds duration) override;
  Slice direct_slice(std::chrono::milliseconds duration) override;
  Result<> verify() override;

 private:
  std::vector<std::string> new_names(char series, std::chrono::milliseconds duration);
  Result<> expect_same_attributes(const User& one, const User& other);

  Stage& stage_;
  Sides sides_;
  CreatedUsers& created_;
  std::set<std::string> offered_;
  std::vector<std::string> acknowledged_;
};

std::vector<std::string> Creation::new_names(char series, std::chrono::milliseconds duration) {
  std::vector<std::string> names;
  for (std::size_t i = enough_for(duration, most_creations_per_second); i > 0; --i)
    names.push_back(name_of(series, stage_.created++));
  offered_.insert(names.begin(), names.end());
  return names;
}

Slice Creation::bridge_slice(std::chrono::milliseconds duration) {
  const std::vector<std::string> names = new_names(bridge_series, duration);
  std::vector<HttpRequest> requests;
  for (const std::string& name : names)
    requests.push_back({stage_.bridge.request("POST", "/Users", user_message(name)), name});
  Schedule schedule(Schedule::Order::Once, requests.size(), 0);
  Slice slice = sides_.http->run(requests, schedule, duration);
  for (const std::size_t job : slice.acknowledged) acknowledged_.push_back(names[job]);
  return slice;
}

Slice Creation::direct_slice(std::chrono::milliseconds duration) {
  const std::vector<std::string> names = new_names(direct_series, duration);
  std::vector<LdapJob> adds;
  for (const std::string& name : names) {
    const LdapEntry entry =
        stage_.templates.active_user.make(name, new_uuid(std::chrono::system_clock::now()));
    adds.push_back({LdapJob::Kind::Add, entry.dn, PreparedModifications(additions(entry))});
  }
  Schedule schedule(Schedule::Order::Once, adds.size(), 0);
  Slice slice = sides_.ldap->run(adds, schedule, duration);
  for (const std::size_t job : slice.acknowledged) acknowledged_.push_back(names[job]);
  return slice;
}

Result<> Creation::verify() {
  auto users = stored_users(stage_);
  if (!users) return users.error();
  std::vector<std::string> found;
  for (const StoredUser& user : *users) {
    if (!offered_.contains(user.name)) continue;
    found.push_back(user.name);
    auto& list = user.name.front() == bridge_series ? created_.by_bridge : created_.directly;
    list.push_back({user.name, user.id, user.dn, user.active});
  }
  auto same = expect_same("created users", acknowledged_, found);
  if (!same) return same;
  if (created_.by_bridge.empty() || created_.directly.empty())
    return error(ErrorKind::InvalidValue, "no user was created");
  return expect_same_attributes(created_.by_bridge.front(), created_.directly.front());
}

// The comparison is only fair when both sides write the same attributes.
Result<> Creation::expect_same_attributes(const User& one, const User& other) {
  std::vector<std::string> names[2];
  for (int side = 0; side < 2; ++side) {
    auto entry = stage_.reader.search({(side == 0 ? one : other).dn, LDAP_SCOPE_BASE, "(objectClass=*)", {}});
    if (!entry) return entry.error();
    for (const LdapAttribute& attribute : entry->front().attributes) names[side].push_back(attribute.name);
  }
  return expect_same("attributes of an entry of the bridge and of a direct one", names[0], names[1]);
}

}  // namespace

NewScenario make_creation(Stage& stage, std::size_t in_flight, CreatedUsers& created) {
  auto sides = connect_sides(stage, in_flight);
  if (!sides) return sides.error();
  return std::make_unique<Creation>(stage, std::move(*sides), created);
}

}  // namespace dirbridge::bench
