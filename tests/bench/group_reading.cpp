#include "scenarios.hpp"

namespace dirbridge::bench {
namespace {

// A whole group with its members, read over and over.
class GroupReading final : public Scenario {
 public:
  GroupReading(Sides sides, const Stage& stage, const Group& group)
      : sides_(std::move(sides)), size_(group.size) {
    requests_.push_back({stage.bridge.request("GET", "/Groups/" + group.id, {}), group.id});
    searches_.push_back({LdapJob::Kind::Search, "(dirbridgeId=" + group.id + ")", {}});
  }

  Slice bridge_slice(std::chrono::milliseconds duration) override {
    Schedule schedule(Schedule::Order::Cycle, requests_.size(), 0);
    return sides_.http->run(requests_, schedule, duration);
  }
  Slice direct_slice(std::chrono::milliseconds duration) override {
    Schedule schedule(Schedule::Order::Cycle, searches_.size(), 0);
    return sides_.ldap->run(searches_, schedule, duration);
  }
  Result<> verify() override {
    const auto answer = sides_.http->exchange(requests_.front().bytes);
    if (!answer) return answer.error();
    std::size_t members = 0;
    for (auto at = answer->body.find("\"value\":"); at != std::string::npos;
         at = answer->body.find("\"value\":", at + 1))
      ++members;
    if (members == size_) return {};
    return error(ErrorKind::Internal, std::to_string(members) + " of " + std::to_string(size_) + " members");
  }

 private:
  Sides sides_;
  std::size_t size_;
  std::vector<HttpRequest> requests_;
  std::vector<LdapJob> searches_;
};

}  // namespace

NewScenario make_group_reading(Stage& stage, std::size_t in_flight, std::size_t size) {
  const Group* group = group_of(stage.population.bridge_groups, size);
  if (group == nullptr) return error(ErrorKind::NotFound, "no group of " + std::to_string(size));
  auto attributes = record_attributes();
  attributes.emplace_back("member");
  auto sides = connect_sides(stage, in_flight, {stage.group_base, std::move(attributes)});
  if (!sides) return sides.error();
  return std::make_unique<GroupReading>(std::move(*sides), stage, *group);
}

}  // namespace dirbridge::bench
