#include "server/wrong_tokens.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dirbridge::server {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

class WrongTokensTest : public testing::Test {
 protected:
  std::string lines_of(const std::function<void()>& work) {
    testing::internal::CaptureStderr();
    work();
    return testing::internal::GetCapturedStderr();
  }
  std::chrono::steady_clock::time_point time_{};
  WrongTokens wrong_{[this] { return time_; }};
};

TEST_F(WrongTokensTest, G5_AreToldOnceForEachAddressAndWindow) {
  EXPECT_THAT(lines_of([&] { wrong_.note("192.0.2.1", "okta"); }),
              testing::AllOf(HasSubstr("\"level\":\"warning\""), HasSubstr("\"event\":\"wrong_token\""),
                             HasSubstr("192.0.2.1"), HasSubstr("okta"), HasSubstr("\"count\":1")));
  EXPECT_THAT(lines_of([&] {
                for (int i = 0; i < 500; ++i) wrong_.note("192.0.2.1", "okta");
              }),
              IsEmpty());
  EXPECT_THAT(lines_of([&] { wrong_.note("192.0.2.2", "okta"); }), HasSubstr("192.0.2.2"));
  time_ += WrongTokens::window;
  EXPECT_THAT(lines_of([&] { wrong_.note("192.0.2.3", "okta"); }),
              testing::AllOf(HasSubstr("192.0.2.3"), HasSubstr("\"count\":500")));
}

TEST_F(WrongTokensTest, G5_MoreThanAFewAreAnsweredLate) {
  lines_of([&] {
    for (std::size_t i = 0; i < WrongTokens::answered_at_once; ++i)
      EXPECT_EQ(wrong_.note("192.0.2.1", "okta").count(), 0);
    EXPECT_EQ(wrong_.note("192.0.2.1", "okta"), WrongTokens::hold);
    EXPECT_EQ(wrong_.note("192.0.2.2", "okta").count(), 0);
    time_ += WrongTokens::window;
    EXPECT_EQ(wrong_.note("192.0.2.1", "okta").count(), 0);
  });
}

TEST_F(WrongTokensTest, G5_ManyAddressesAreOne) {
  const auto lines = lines_of([&] {
    for (int i = 0; i < 5'000; ++i) wrong_.note("a" + std::to_string(i), std::string(1'000, 'x'));
  });
  EXPECT_LE(std::count(lines.begin(), lines.end(), '\n'), 1'001);
  EXPECT_LT(lines.size(), 500'000U);
  EXPECT_THAT(lines, HasSubstr("\"others\""));
}

}  // namespace
}  // namespace dirbridge::server
