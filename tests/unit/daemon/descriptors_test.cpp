#include "daemon/descriptors.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

namespace dirbridge::daemon {
namespace {

using testing::HasSubstr;

TEST(Descriptors, F_ConnectionsLeaveEnoughForEverythingElse) {
  config::Config config;
  config.directories["main"].pool_size = 8;
  config.server.limits.workers = 8;
  EXPECT_EQ(connections_within(1'000'000, config).value(), 1024U);
  const auto kept = 1'024 - connections_within(1'024, config).value();
  EXPECT_GT(kept, config::admin_connections + 8 + 8);
  EXPECT_LT(kept, 300U);
  config.directories["other"].pool_size = 100;
  EXPECT_LT(connections_within(1'024, config).value(), 1'024 - kept - 100);
}

TEST(Descriptors, F_TooFewAreAnError) {
  const auto refused = connections_within(100, config::Config());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, HasSubstr("may have 100 open files"));
}

TEST(Descriptors, F_TheSoftLimitIsRaisedToTheHardOne) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit low{64, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
  rlimit after{};
  getrlimit(RLIMIT_NOFILE, &after);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace dirbridge::daemon
