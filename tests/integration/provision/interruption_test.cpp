// R4 on a real server, as on the twin in memory (unit/provision/interruption_test.cpp).
#include "connection_fixture.hpp"
#include "support/interruption_walk.hpp"
#include "support/quiet_log.hpp"
#include "support/sanitizer.hpp"

namespace dirbridge::test {
namespace {

class InterruptionOnSlapd : public SlapdFixture {};

TEST_F(InterruptionOnSlapd, R4_WhatFailsLeavesNothingBehind) {
  constexpr unsigned seed = 20261130;
  TestConnection connection(server(), "okta");
  ldap::Pool administrator(as_administrator(server()));
  const QuietLog quiet;
  std::cout << "seed " << seed << '\n';
  InterruptionWalk walk(administrator, connection.pool, connection.rules, seed);
  for (int i = 0; i < steps(200, 40); ++i) {
    const auto wrong = walk.step();
    ASSERT_TRUE(wrong.empty()) << "seed " << seed << ", step " << i << ": " << wrong;
  }
  const auto wrong = walk.end();
  EXPECT_TRUE(wrong.empty()) << wrong;
  EXPECT_GT(walk.interrupted(), 10U);
}

}  // namespace
}  // namespace dirbridge::test
