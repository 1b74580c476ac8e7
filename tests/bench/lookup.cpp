#include <random>

#include "repeated.hpp"

namespace dirbridge::bench {
namespace {

constexpr std::size_t distinct_requests = 4096;

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
  return std::make_unique<Repeated>(std::move(*sides), std::move(requests), std::move(searches));
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
