#include <random>

#include "http_load.hpp"
#include "scenarios.hpp"

namespace dirbridge::bench {
namespace {

constexpr std::size_t distinct_requests = 4096;

class Lookup final : public Scenario {
 public:
  Lookup(Sides sides, std::vector<HttpRequest> requests, std::vector<LdapJob> searches)
      : sides_(std::move(sides)), requests_(std::move(requests)), searches_(std::move(searches)) {}

  Slice bridge_slice(std::chrono::milliseconds duration) override {
    Schedule schedule(Schedule::Order::Cycle, requests_.size(), 0);
    return sides_.http->run(requests_, schedule, duration);
  }
  Slice direct_slice(std::chrono::milliseconds duration) override {
    Schedule schedule(Schedule::Order::Cycle, searches_.size(), 0);
    return sides_.ldap->run(searches_, schedule, duration);
  }
  Result<> verify() override { return {}; }  // each answer was checked against its user as it came

 private:
  Sides sides_;
  std::vector<HttpRequest> requests_;
  std::vector<LdapJob> searches_;
};

template <class MakeRequest, class MakeFilter>
NewScenario make_lookup(Stage& stage, std::size_t in_flight, MakeRequest make_request,
                        MakeFilter make_filter) {
  auto sides = connect_sides(stage, in_flight);
  if (!sides) return sides.error();
  std::mt19937 random(static_cast<std::mt19937::result_type>(in_flight));
  std::uniform_int_distribution<std::size_t> pick(0, stage.population.users.size() - 1);
  std::vector<HttpRequest> requests;
  std::vector<LdapJob> searches;
  for (std::size_t i = 0; i < distinct_requests; ++i) {
    const User& user = stage.population.users[pick(random)];
    requests.push_back(make_request(user));
    searches.push_back({LdapJob::Kind::Search, make_filter(user), {}});
  }
  return std::make_unique<Lookup>(std::move(*sides), std::move(requests), std::move(searches));
}

}  // namespace

NewScenario make_lookup_by_id(Stage& stage, std::size_t in_flight) {
  return make_lookup(
      stage, in_flight,
      [&](const User& user) {
        return HttpRequest{stage.bridge.request("GET", "/Users/" + user.id, {}), user.name};
      },
      [](const User& user) { return "(dirbridgeId=" + user.id + ")"; });
}

NewScenario make_lookup_by_name(Stage& stage, std::size_t in_flight) {
  return make_lookup(
      stage, in_flight,
      [&](const User& user) {
        const std::string path = "/Users?filter=userName%20eq%20%22" + user.name + "%22";
        return HttpRequest{stage.bridge.request("GET", path, {}), user.id};
      },
      [](const User& user) { return "(dirbridgeUserName=" + user.name + ")"; });
}

}  // namespace dirbridge::bench
