// R4: a change that fails leaves nothing behind (design rule 18).
#include <gtest/gtest.h>

#include "support/interruption_walk.hpp"
#include "support/memory_connection.hpp"
#include "support/quiet_log.hpp"
#include "support/sanitizer.hpp"
#include "support/seed.hpp"

namespace dirbridge::test {
namespace {

// What was written since there were so many changes.
std::string changes_since(const directory::MemoryDirectory& directory, std::size_t before) {
  std::string out;
  const auto all = directory.changes();
  for (auto i = before; i < all.size(); ++i) out += to_ldif(all[i]) + '\n';
  return out;
}

TEST(Interruption, R4_WhatFailsLeavesNothingBehind) {
  constexpr int walks = steps(200, 8);
  constexpr int steps_each = 50;
  const QuietLog quiet;
  std::size_t interrupted = 0;
  const auto first = seed_of_walks();
  std::cout << "seeds from " << first << "\n";
  for (auto seed = first; seed < first + walks; ++seed) {
    MemoryWorld world;
    InterruptionWalk walk(world.directory(), world.directory(), memory_rules("okta"), seed);
    for (int i = 0; i < steps_each; ++i) {
      const auto before = world.directory().changes().size();
      const auto wrong = walk.step();
      ASSERT_TRUE(wrong.empty()) << "seed " << seed << ", step " << i << ": " << wrong << "\nchanges:\n"
                                 << changes_since(world.directory(), before);
    }
    const auto wrong = walk.end();
    ASSERT_TRUE(wrong.empty()) << "seed " << seed << ": " << wrong;
    interrupted += walk.interrupted();
  }
  EXPECT_GT(interrupted, static_cast<std::size_t>(walks * steps_each / 4));
}

}  // namespace
}  // namespace dirbridge::test
