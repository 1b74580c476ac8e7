// R2 for users: nothing that the bridge does gives a second person a login (design rule 16).
#include <gtest/gtest.h>

#include "support/memory_connection.hpp"
#include "support/quiet_log.hpp"
#include "support/sanitizer.hpp"
#include "support/seed.hpp"
#include "support/user_names_play.hpp"

namespace dirbridge::test {
namespace {

TEST(UserNames, R2_NoLoginIsTwiceInWhatTheProductsRead) {
  constexpr int plays = steps(250, 25);
  constexpr int steps_each = 40;
  const QuietLog quiet;
  std::size_t conflicts = 0;
  std::size_t made = 0;
  std::size_t adopted = 0;
  const auto first = seed_of_walks();
  std::cout << "seeds from " << first << "\n";
  for (auto seed = first; seed < first + plays; ++seed) {
    MemoryWorld world;
    UserNamesPlay play(world.directory(), world.directory(), memory_rules("okta"), seed);
    for (int i = 0; i < steps_each; ++i) {
      const auto wrong = play.step();
      ASSERT_TRUE(wrong.empty()) << "seed " << seed << ", step " << i << ": " << wrong;
    }
    conflicts += play.conflicts();
    made += play.made();
    adopted += play.adopted();
  }
  EXPECT_GT(conflicts, static_cast<std::size_t>(plays));
  EXPECT_GT(made, static_cast<std::size_t>(plays));
  EXPECT_GT(adopted, static_cast<std::size_t>(plays) / 4);
}

}  // namespace
}  // namespace dirbridge::test
