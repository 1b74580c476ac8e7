// Changes of a group beside changes of a member while the directory goes away for a moment, by chance. Both
// are repeated until they are acknowledged: then everybody is where both have put him.
#include <iostream>
#include <random>

#include "race_driver.hpp"
#include "support/sanitizer.hpp"
#include "support/seed.hpp"

namespace dirbridge::test {
namespace {

struct ConnectionInOutage {
  std::string name;
  std::function<void(mapping::Rules&, const directory::Dn& leavers)> adjust;
};

void map_staff(mapping::Rules& rules) {
  rules.group_options.mapping = {
      {"Staff",
       {rules.group_base.child({"cn", "jira-users"}), rules.group_base.child({"cn", "wiki-users"})}}};
}

const ConnectionInOutage connections_in_outage[] = {
    {"plain", [](auto&, auto&) {}},
    {"mapped", [](auto& rules, auto&) { map_staff(rules); }},
    {"mapped_move_to",
     [](auto& rules, auto& leavers) {
       map_staff(rules);
       rules.disable.move_to = leavers;
     }},
    {"strip_groups", [](auto& rules, auto&) { rules.disable.strip_groups = true; }},
};

class OutageRace : public SlapdFixture, public testing::WithParamInterface<ConnectionInOutage> {
 protected:
  void SetUp() override {
    SlapdFixture::SetUp();
    const auto leavers = "ou=leavers," + server().user_base();
    ASSERT_EQ(
        ldap_add(server(), As::Admin, "dn: " + leavers + "\nobjectClass: organizationalUnit\n").exit_code, 0);
    connection_ = std::make_unique<TestConnection>(server(), "okta", [&](mapping::Rules& rules) {
      GetParam().adjust(rules, directory::Dn::parse(leavers).value());
    });
  }
  void TearDown() override {
    connection_.reset();
    SlapdFixture::TearDown();
  }

  std::unique_ptr<TestConnection> connection_;
};

TEST_P(OutageRace, R1_WhoWasTakenOutOrRenamedIsSoAfterAnOutage) {
  const auto seed = seed_of_walks();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  RaceDriver driver(*connection_, seed);
  const auto any = [&](const auto& all) -> const RaceDriver::Named& {
    return all[std::uniform_int_distribution<std::size_t>(0, all.size() - 1)(random)];
  };
  for (int round = 0; round < steps(40, 10) && !HasFailure(); ++round) {
    const auto& group_change = any(round % 2 ? RaceDriver::group_changes() : RaceDriver::outer_changes());
    const auto& member_change = any(RaceDriver::member_changes());
    for (const auto& difference : driver.round_with_an_outage(group_change, member_change))
      ADD_FAILURE() << group_change.name << " x " << member_change.name << ", round " << round << ": "
                    << difference;
  }
}

INSTANTIATE_TEST_SUITE_P(, OutageRace, testing::ValuesIn(connections_in_outage),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace dirbridge::test
