#include "provision/store/turns.hpp"

#include <gtest/gtest.h>

#include <set>

namespace dirbridge::provision {
namespace {

class SetClock final : public Clock {
 public:
  WallTime now() const override { return time; }
  WallTime time{std::chrono::hours(500'000)};
};

TEST(Turns, RunsBeginEverywhereInTheCourseOfTime) {
  SetClock clock;
  for (const std::size_t count : {1U, 2U, 7U, 100U, 300U}) {
    std::set<std::size_t> begins;
    for (std::size_t run = 0; run < 40 * count; ++run) {
      const auto begin = turn_of(clock, count);
      ASSERT_LT(begin, count);
      begins.insert(begin);
      clock.time += std::chrono::minutes(5);
    }
    EXPECT_EQ(begins.size(), count) << count;
  }
  EXPECT_EQ(turn_of(clock, 0), 0U);
}

}  // namespace
}  // namespace dirbridge::provision
