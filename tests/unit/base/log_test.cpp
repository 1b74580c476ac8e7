#include "base/log.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace dirbridge {
namespace {

TEST(Log, OneJsonLineWhateverTheValueHolds) {
  testing::internal::CaptureStderr();
  {
    const log::RequestScope scope("r-1");
    log::info("user_added",
              {{"name", "eve\"\n{\"level\":\"error\"}"}, {"raw", "\xFF"}, {"count", 3}, {"ok", true}});
  }
  const auto text = testing::internal::GetCapturedStderr();
  ASSERT_EQ(text.find('\n'), text.size() - 1);
  const auto line = boost::json::parse(text).as_object();
  EXPECT_EQ(line.at("event"), "user_added");
  EXPECT_EQ(line.at("request"), "r-1");
  EXPECT_EQ(line.at("name"), "eve\"\n{\"level\":\"error\"}");
  EXPECT_EQ(line.at("raw"), "hex:ff");
  EXPECT_EQ(line.at("count"), 3);
  EXPECT_EQ(line.at("ok"), true);
  EXPECT_TRUE(log::current_request().empty());
}

TEST(Log, BelowTheLevelNothingIsWritten) {
  testing::internal::CaptureStderr();
  log::debug("detail", {});
  EXPECT_TRUE(testing::internal::GetCapturedStderr().empty());
}

}  // namespace
}  // namespace dirbridge
