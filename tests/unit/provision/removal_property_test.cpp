#include <gtest/gtest.h>

#include "base/log.hpp"
#include "support/memory_connection.hpp"
#include "support/removal_walk.hpp"
#include "support/strict_directory.hpp"

namespace dirbridge::test {
namespace {

TEST(RemovalProperty, R1_WhoIsToLoseAccessLosesItWhateverElseIsRefused) {
  constexpr int walks = 25;
  constexpr int steps = 420;
  const auto first = seed_of_walks();
  log::set_level(log::Level::Error);
  std::cout << "seed " << first << '\n';
  int removals = 0;
  for (unsigned i = 0; i < walks; ++i) {
    MemoryWorld world;
    StrictDirectory directory(world.directory());
    RemovalWalk walk(directory, first + i);
    ASSERT_EQ(walk.run(steps), "") << "seed " << first + i;
    removals += walk.removals();
  }
  log::set_level(log::Level::Info);
  EXPECT_GT(removals, walks * steps / 10);
}

}  // namespace
}  // namespace dirbridge::test
