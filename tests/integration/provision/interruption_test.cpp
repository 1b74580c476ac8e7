// R4 on a real server, as on the twin in memory (unit/provision/interruption_test.cpp).
#include "base/log.hpp"
#include "connection_fixture.hpp"
#include "support/interruption_walk.hpp"
#include "support/sanitizer.hpp"

namespace dirbridge::test {
namespace {

class InterruptionOnSlapd : public SlapdFixture {};

TEST_F(InterruptionOnSlapd, R4_WhatFailsLeavesNothingBehind) {
  constexpr unsigned seed = 20261130;
  TestConnection connection(server(), "okta");
  ldap::Pool administrator(as_administrator(server()));
  log::set_level(log::Level::Error);
  std::cout << "seed " << seed << '\n';
  InterruptionWalk walk(administrator, connection.pool, connection.rules, seed);
  for (int i = 0; i < steps(200, 40); ++i) {
    const auto wrong = walk.step();
    ASSERT_TRUE(wrong.empty()) << "seed " << seed << ", step " << i << ": " << wrong;
  }
  const auto wrong = walk.end();
  log::set_level(log::Level::Info);
  EXPECT_TRUE(wrong.empty()) << wrong;
  EXPECT_GT(walk.interrupted(), 10U);
}

}  // namespace
}  // namespace dirbridge::test
