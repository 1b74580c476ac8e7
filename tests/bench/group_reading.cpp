#include "repeated.hpp"

namespace dirbridge::bench {
namespace {

// A whole group with its members, read over and over.
class GroupReading final : public Repeated {
 public:
  GroupReading(Sides sides, const Stage& stage, const Group& group)
      : Repeated(std::move(sides), request(stage, group), search(group)), size_(group.size) {}

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
  static std::vector<HttpRequest> request(const Stage& stage, const Group& group) {
    return {{stage.bridge.request("GET", "/Groups/" + group.id, {}), group.id}};
  }
  static std::vector<LdapJob> search(const Group& group) {
    std::vector<LdapJob> out;
    out.push_back({LdapJob::Kind::Search, "(dirbridgeId=" + group.id + ")", {}});
    return out;
  }

  std::size_t size_;
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
