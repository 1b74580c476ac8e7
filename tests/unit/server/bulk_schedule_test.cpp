#include "server/bulk_schedule.hpp"

#include <gmock/gmock.h>

#include <barrier>
#include <mutex>

namespace dirbridge::server {
namespace {

using scim::BulkUnit;
using testing::ElementsAre;

std::vector<std::size_t> order_of(const std::vector<BulkUnit>& units, BulkPace pace,
                                  std::size_t stop_after = 99) {
  BulkHelpers helpers;
  std::mutex mutex;
  std::vector<std::size_t> order;
  run_units(units, pace, helpers, [&](const BulkUnit& unit) {
    const std::lock_guard lock(mutex);
    order.push_back(unit.operations.front());
    return order.size() < stop_after;
  });
  return order;
}

TEST(BulkSchedule, KeepsTheOrderOfDependents) {
  const std::vector<BulkUnit> units{{{0}, false, {2}, {}}, {{1}, false, {}, {0}}, {{2}, false, {}, {}}};
  EXPECT_THAT(order_of(units, BulkPace::Together), ElementsAre(2U, 0U, 1U));
  EXPECT_THAT(order_of(units, BulkPace::OneByOne), ElementsAre(2U, 0U, 1U));
}

TEST(BulkSchedule, PrefersNeedsWhereTheOrderWouldGoInCircles) {
  const std::vector<BulkUnit> units{{{0}, false, {2}, {}}, {{1}, false, {}, {0}}, {{2}, false, {}, {1}}};
  EXPECT_EQ(order_of(units, BulkPace::Together).size(), 3U);
}

TEST(BulkSchedule, StopsWhenTold) {
  const std::vector<BulkUnit> units{{{0}, false, {}, {}}, {{1}, false, {}, {}}, {{2}, false, {}, {}}};
  EXPECT_THAT(order_of(units, BulkPace::OneByOne, 2), ElementsAre(0U, 1U));
}

// Would hang if they ran one after the other.
TEST(BulkSchedule, RunsIndependentUnitsAtTheSameTime) {
  const std::vector<BulkUnit> units{{{0}, false, {}, {}}, {{1}, false, {}, {}}, {{2}, false, {}, {}}};
  BulkHelpers helpers;
  std::barrier all(3);
  run_units(units, BulkPace::Together, helpers, [&](const BulkUnit&) {
    all.arrive_and_wait();
    return true;
  });
  EXPECT_EQ(helpers.take(100), 8U) << "and gives every helper back";
}

TEST(BulkSchedule, GoesOnAloneWithoutHelpers) {
  BulkHelpers helpers;
  helpers.take(100);
  std::size_t done = 0;
  const std::vector<BulkUnit> units{{{0}, false, {}, {}}, {{1}, false, {}, {}}};
  run_units(units, BulkPace::Together, helpers, [&](const BulkUnit&) { return ++done > 0; });
  EXPECT_EQ(done, 2U);
}

}  // namespace
}  // namespace dirbridge::server
