#include "scim/date_time.hpp"

#include <gtest/gtest.h>

namespace dirbridge::scim {
namespace {

TEST(DateTime, ReadsOffsetsAndFractionsAsInstants) {
  const auto utc = parse_date_time("2011-05-13T04:42:34Z");
  ASSERT_TRUE(utc);
  EXPECT_EQ(utc->seconds, 1305261754);
  EXPECT_EQ(parse_date_time("2011-05-12T21:42:34-07:00"), utc);
  EXPECT_EQ(parse_date_time("2011-05-13T04:42:34.000+00:00"), utc);
  EXPECT_EQ(parse_date_time("2011-05-13T04:42:34"), utc);
  EXPECT_EQ(parse_date_time("2011-05-13T04:42:34.8420572Z")->nanoseconds, 842057200);
  EXPECT_GT(parse_date_time("2011-05-13T04:42:34.1234567891234Z"), utc);
  EXPECT_EQ(parse_date_time("2011-05-12T24:00:00Z"), parse_date_time("2011-05-13T00:00:00Z"));
  EXPECT_LT(parse_date_time("1969-12-31T23:59:59.5Z"), parse_date_time("1970-01-01T00:00:00Z"));
}

TEST(DateTime, RefusesWhatIsNone) {
  for (const char* text : {"", "2011", "2011-05-13", "2011-13-01T00:00:00Z", "2011-02-29T00:00:00Z",
                           "2011-05-13T25:00:00Z", "2011-05-13T04:60:00Z", "2011-05-13T04:42:60Z",
                           "2011-05-13T04:42Z", "2011-05-13T04:42:34.Z", "2011-05-13T04:42:34+15:00",
                           "2011-05-13T04:42:34Zx", "2011-05-13 04:42:34Z", "20110513044234Z", "24:00:01"})
    EXPECT_FALSE(parse_date_time(text).has_value()) << text;
}

}  // namespace
}  // namespace dirbridge::scim
