// R2 for groups: nothing that the bridge does makes a second group of a name (design rule 16).
#include <gtest/gtest.h>

#include "support/group_names_play.hpp"
#include "support/memory_connection.hpp"
#include "support/quiet_log.hpp"
#include "support/sanitizer.hpp"

namespace dirbridge::test {
namespace {

TEST(GroupNames, R2_NoNameIsTwiceInWhatTheProductsRead) {
  const QuietLog quiet;
  std::size_t conflicts = 0;
  std::size_t made = 0;
  for (unsigned seed = 1; seed <= static_cast<unsigned>(steps(334, 30)); ++seed) {
    MemoryWorld world;
    GroupNamesPlay play(world.directory(), world.directory(), memory_rules("okta"), seed);
    for (int i = 0; i < 30; ++i) {
      const auto wrong = play.step();
      ASSERT_TRUE(wrong.empty()) << "seed " << seed << ", step " << i << ": " << wrong;
    }
    conflicts += play.conflicts();
    made += play.made();
  }
  EXPECT_GT(conflicts, static_cast<std::size_t>(steps(100, 5)));
  EXPECT_GT(made, static_cast<std::size_t>(steps(1000, 50)));
}

}  // namespace
}  // namespace dirbridge::test
