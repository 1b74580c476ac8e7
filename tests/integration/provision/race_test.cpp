// Every change of a group beside every change of a member, and every change beside every read, for each kind
// of connection. DIRBRIDGE_RACE_ROUNDS: how often each pair;
// DIRBRIDGE_RACE_SEED: to see a run again. DIRBRIDGE_RACE_PAIR, as "PUT group x DELETE user": only this one.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>

#include "race_driver.hpp"

namespace dirbridge::test {
namespace {

using mapping::GroupOptions;

unsigned number_from(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : otherwise;
}

std::string text_from(const char* name) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return text ? text : "";
}

// Without that number each run has another share of the pairs, once.
constexpr unsigned one_of = 4;

struct RacedConnection {
  std::string name;
  std::function<void(mapping::Rules&, const slapd::PrivateSlapd&)> adjust;
};

directory::Dn group_in(const mapping::Rules& rules, const std::string& name) {
  return rules.group_base.child({"cn", name});
}

const RacedConnection raced_connections[] = {
    {"plain", [](auto&, auto&) {}},
    {"mapped",
     [](auto& rules, auto&) {
       rules.group_options.mapping = {
           {"Staff", {group_in(rules, "jira-users"), group_in(rules, "wiki-users")}}};
     }},
    {"move_to",
     [](auto& rules, auto& server) {
       rules.disable.move_to = directory::Dn::parse("ou=leavers," + server.user_base()).value();
     }},
    {"strip_groups", [](auto& rules, auto&) { rules.disable.strip_groups = true; }},
    {"follow",
     [](auto& rules, auto&) {
       rules.group_options.on_rename = GroupOptions::OnRename::Follow;
       rules.group_options.flatten = GroupOptions::Flatten::Always;
     }},
};

class Race : public SlapdFixture, public testing::WithParamInterface<RacedConnection> {
 protected:
  void SetUp() override {
    SlapdFixture::SetUp();
    if (GetParam().name == "move_to") {
      ASSERT_EQ(ldap_add(server(), As::Admin,
                         "dn: ou=leavers," + server().user_base() + "\nobjectClass: organizationalUnit\n")
                    .exit_code,
                0);
    }
    connection_ = std::make_unique<TestConnection>(
        server(), "okta", [&](mapping::Rules& rules) { GetParam().adjust(rules, server()); });
  }
  void TearDown() override {
    connection_.reset();
    SlapdFixture::TearDown();
  }

  using Acts = std::vector<RaceDriver::Named>;
  void all_pairs(const Acts& first, const Acts& second) {
    const auto wanted = number_from("DIRBRIDGE_RACE_ROUNDS", 0);
    const auto rounds = std::max(wanted, 1U);
    const auto pair = text_from("DIRBRIDGE_RACE_PAIR");
    const auto seed = number_from("DIRBRIDGE_RACE_SEED", std::random_device{}());
    RaceDriver driver(*connection_, seed);
    std::minstd_rand choice(seed);
    for (const auto& one : first)
      for (const auto& other : second) {
        if (!pair.empty() && pair != one.name + " x " + other.name) continue;
        if (wanted == 0 && choice() % one_of != 0) continue;
        std::size_t bad = 0;
        for (unsigned i = 0; i < rounds; ++i) {
          const auto found = driver.round(one, other);
          bad += found.empty() ? 0 : 1;
          if (!found.empty() && bad <= 3)
            ADD_FAILURE() << one.name << " x " << other.name << " (" << GetParam().name << ", seed " << seed
                          << "): " << testing::PrintToString(found);
        }
        if (bad > 0 || rounds > 1)
          std::cout << GetParam().name << ": " << one.name << " x " << other.name << ": " << bad << " of "
                    << rounds << " rounds differ" << std::endl;
      }
  }

  std::unique_ptr<TestConnection> connection_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, Race, testing::ValuesIn(raced_connections),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(Race, G1_AChangeOfAGroupAndOneOfAMember) {
  all_pairs(RaceDriver::group_changes(), RaceDriver::member_changes());
}

TEST_P(Race, G1_AChangeOfAGroupOfGroupsAndOneOfWhatIsInIt) {
  auto inner = RaceDriver::group_changes();
  inner.insert(inner.end(), RaceDriver::member_changes().begin(), RaceDriver::member_changes().end());
  all_pairs(RaceDriver::outer_changes(), inner);
}

TEST_P(Race, G1_AChangeAndAReader) {
  auto changes = RaceDriver::group_changes();
  changes.insert(changes.end(), RaceDriver::member_changes().begin(), RaceDriver::member_changes().end());
  all_pairs(changes, RaceDriver::reads());
}

}  // namespace
}  // namespace dirbridge::test
