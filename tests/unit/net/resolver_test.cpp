#include "net/resolver.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace dirbridge::net {
namespace {

using namespace std::chrono_literals;

// Answers nothing until it is told to.
struct Silent {
  std::promise<void> go;
  std::shared_future<void> may_go{go.get_future()};
  std::atomic<int> asked{0};

  Resolver resolver() {
    return Resolver([this](const std::string&, std::uint16_t) -> Result<Addresses> {
      ++asked;
      may_go.wait();
      return error(ErrorKind::Unavailable, "no such host");
    });
  }
};

TEST(ResolverTest, F_ASilentResolverHoldsNobodyUpBeyondTheDeadline) {
  Silent silent;
  auto resolver = silent.resolver();
  for (int i = 0; i < 3; ++i) {
    const auto none = resolver.resolve("ldap.example.org", 389, deadline_in(1ms));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::Timeout);
    EXPECT_NE(none.error().detail.find("ldap.example.org"), std::string::npos);
  }
  silent.go.set_value();
  const auto told = resolver.resolve("ldap.example.org", 389, deadline_in(20s));
  EXPECT_EQ(told.error().kind, ErrorKind::Unavailable);
  EXPECT_LE(silent.asked, 2) << "one thread asks, however many wait";
}

TEST(ResolverTest, F_NumericAddressesAreNotLookedUp) {
  Silent silent;
  auto resolver = silent.resolver();
  for (const auto* address : {"127.0.0.1", "::1"})
    EXPECT_TRUE(resolver.resolve(address, 389, deadline_in(0ms)));
  EXPECT_EQ(silent.asked, 0);
}

TEST(ResolverTest, F_TheSystemKnowsThisMachine) {
  const auto found = system_resolver().resolve("localhost", 389, deadline_in(20s));
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_NE((*found)->ai_addr, nullptr);
}

}  // namespace
}  // namespace dirbridge::net
