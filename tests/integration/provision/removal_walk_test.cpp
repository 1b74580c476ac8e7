#include <gtest/gtest.h>

#include "connection_fixture.hpp"
#include "support/quiet_log.hpp"
#include "support/removal_walk.hpp"
#include "support/sanitizer.hpp"
#include "support/seed.hpp"

namespace dirbridge::test {
namespace {

class RemovalWalkOnAServer : public ConnectionFixture {};

TEST_F(RemovalWalkOnAServer, R1_WhoIsToLoseAccessLosesItWhateverElseIsRefused) {
  constexpr int steps = test::steps(250, 80);
  const auto seed = seed_of_walks();
  const QuietLog quiet;
  std::cout << "seed " << seed << '\n';
  RemovalWalk walk(connection().pool, seed);
  ASSERT_EQ(walk.run(steps), "") << "seed " << seed;
  EXPECT_GT(walk.removals(), steps / 20);
}

}  // namespace
}  // namespace dirbridge::test
