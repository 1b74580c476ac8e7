#include <gtest/gtest.h>

#include "http/socket.hpp"

namespace dirbridge::http {
namespace {

TEST(Origin, F_IsTheAddressAndOfIpv6TheNetwork) {
  EXPECT_EQ(origin_of("192.0.2.7:443"), "192.0.2.7");
  EXPECT_EQ(origin_of("[2001:db8:1:2:3:4:5:6]:443"), "2001:db8:1:2::/64");
  EXPECT_EQ(origin_of("[2001:db8:1:2::9]:80"), "2001:db8:1:2::/64");
  EXPECT_EQ(origin_of("[::ffff:192.0.2.7]:443"), "192.0.2.7");
  EXPECT_EQ(origin_of("[::1]:1"), "::/64");
  EXPECT_EQ(origin_of("unknown"), "unknown");
  EXPECT_EQ(origin_of("["), "[");
}

}  // namespace
}  // namespace dirbridge::http
