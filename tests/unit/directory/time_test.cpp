#include "directory/time.hpp"

#include <gtest/gtest.h>

namespace dirbridge::directory {
namespace {

TEST(GeneralizedTime, IsInUtcAndOrderedAsText) {
  using namespace std::chrono;
  const WallTime leap =
      sys_days(year(2024) / 2 / 29) + hours(23) + minutes(5) + seconds(9) + milliseconds(999);
  EXPECT_EQ(to_generalized_time(leap), "20240229230509Z");
  EXPECT_LT(to_generalized_time(leap - days(7)), to_generalized_time(leap));
  EXPECT_LT(to_generalized_time(leap), to_generalized_time(leap + seconds(1)));
}

}  // namespace
}  // namespace dirbridge::directory
