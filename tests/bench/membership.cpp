#include <algorithm>

#include "scenarios.hpp"
#include "scim_messages.hpp"

namespace dirbridge::bench {
namespace {

// Each slot has a member of its own, adds it, removes it, and so on: the group keeps its size.
constexpr std::size_t jobs_per_slot = 2;

class Membership final : public Scenario {
 public:
  Membership(Stage& stage, Sides sides, InFlight in_flight, const Group& bridge_group,
             const Group& direct_group);

  Slice bridge_slice(std::chrono::milliseconds duration) override {
    return noted(sides_.http->run(requests_, bridge_schedule_, duration), bridge_members_);
  }
  Slice direct_slice(std::chrono::milliseconds duration) override {
    return noted(sides_.ldap->run(jobs_, direct_schedule_, duration), direct_members_);
  }
  Result<> verify() override;

 private:
  static Slice noted(Slice slice, std::vector<bool>& members);
  Result<> verify_group(const Group& group, const std::vector<bool>& members);
  Result<> remove_spares(const Group& group, const std::vector<bool>& members);

  Stage& stage_;
  Sides sides_;
  const Group& bridge_group_;
  const Group& direct_group_;
  std::vector<HttpRequest> requests_;
  std::vector<LdapJob> jobs_;
  Schedule bridge_schedule_;
  Schedule direct_schedule_;
  std::vector<bool> bridge_members_;  // by slot: its member is in the group now
  std::vector<bool> direct_members_;
};

Membership::Membership(Stage& stage, Sides sides, InFlight in_flight, const Group& bridge_group,
                       const Group& direct_group)
    : stage_(stage),
      sides_(std::move(sides)),
      bridge_group_(bridge_group),
      direct_group_(direct_group),
      bridge_schedule_(Schedule::Order::PerSlot, in_flight.bridge * jobs_per_slot, jobs_per_slot),
      direct_schedule_(Schedule::Order::PerSlot, in_flight.directly * jobs_per_slot, jobs_per_slot),
      bridge_members_(in_flight.bridge),
      direct_members_(in_flight.directly) {
  const std::string path = "/Groups/" + bridge_group.id;
  for (std::size_t slot = 0; slot < std::max(in_flight.bridge, in_flight.directly); ++slot) {
    const User& spare = stage.population.spares[slot];
    for (const std::string& message : {add_member_message(spare.id), remove_member_message(spare.id)})
      requests_.push_back({stage.bridge.request("PATCH", path, message), {}});
    for (const int operation : {LDAP_MOD_ADD, LDAP_MOD_DELETE})
      jobs_.push_back({LdapJob::Kind::Modify, direct_group.dn,
                       PreparedModifications({{operation, "member", {spare.dn}}})});
  }
}

Slice Membership::noted(Slice slice, std::vector<bool>& members) {
  for (const std::size_t job : slice.acknowledged) members[job / jobs_per_slot] = job % jobs_per_slot == 0;
  return slice;
}

Result<> Membership::verify_group(const Group& group, const std::vector<bool>& members) {
  auto entry = stage_.reader.search({group.dn, LDAP_SCOPE_BASE, "(objectClass=*)", {"member"}});
  if (!entry) return entry.error();
  std::vector<std::string> found = entry->front().values("member");
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < group.size; ++i) expected.push_back(stage_.population.users[i].dn);
  for (std::size_t slot = 0; slot < members.size(); ++slot)
    if (members[slot]) expected.push_back(stage_.population.spares[slot].dn);
  return expect_same("members of the group of " + std::to_string(group.size), expected, found);
}

Result<> Membership::remove_spares(const Group& group, const std::vector<bool>& members) {
  std::vector<std::string> values;
  for (std::size_t slot = 0; slot < members.size(); ++slot)
    if (members[slot]) values.push_back(stage_.population.spares[slot].dn);
  if (values.empty()) return {};
  const PreparedModifications removal({{LDAP_MOD_DELETE, "member", std::move(values)}});
  const int code =
      ldap_modify_ext_s(stage_.reader.handle(), group.dn.c_str(), removal.data(), nullptr, nullptr);
  if (code != LDAP_SUCCESS)
    return error(ErrorKind::Refused, std::string("clean-up: ") + ldap_err2string(code));
  return {};
}

Result<> Membership::verify() {
  auto result = verify_group(bridge_group_, bridge_members_);
  if (result) result = verify_group(direct_group_, direct_members_);
  if (result) result = remove_spares(bridge_group_, bridge_members_);
  if (result) result = remove_spares(direct_group_, direct_members_);
  return result;
}

}  // namespace

NewScenario make_membership(Stage& stage, InFlight in_flight, std::size_t size) {
  const Group* bridge_group = group_of(stage.population.bridge_groups, size);
  const Group* direct_group = group_of(stage.population.direct_groups, size);
  if (bridge_group == nullptr || direct_group == nullptr ||
      stage.population.spares.size() < std::max(in_flight.bridge, in_flight.directly))
    return error(ErrorKind::NotFound, "no group of " + std::to_string(size) + " or too few spare users");
  auto sides = connect_sides(stage, in_flight, {stage.user_base, record_attributes()});
  if (!sides) return sides.error();
  return std::make_unique<Membership>(stage, std::move(*sides), in_flight, *bridge_group, *direct_group);
}

}  // namespace dirbridge::bench
