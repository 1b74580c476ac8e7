#include "operate/command_call.hpp"

#include <gtest/gtest.h>

namespace dirbridge::operate {
namespace {

const Secret key(std::string(32, 'k'));
const CommandCall call{"held approve", "42", "command held approve (root)"};

TEST(CommandCall, F_IsOpenedByWhoHasTheKey) {
  const auto opened = open_call(key, "instance", seal_call(key, "instance", call));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->command, call.command);
  EXPECT_EQ(opened->id, call.id);
  EXPECT_EQ(opened->cause, call.cause);
  const auto outcome = open_outcome(key, "instance", seal_outcome(key, "instance", {{"a", "b"}, {"c"}}));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->done, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(outcome->failed, std::vector<std::string>{"c"});
}

TEST(CommandCall, F_IsWorthNothingElsewhere) {
  const auto sealed = seal_call(key, "instance", call);
  EXPECT_FALSE(open_call(Secret(std::string(32, 'x')), "instance", sealed));
  EXPECT_FALSE(open_call(key, "after a restart", sealed));
  EXPECT_FALSE(open_outcome(key, "instance", sealed)) << "a question is no answer";
  auto changed = sealed;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  EXPECT_FALSE(open_call(key, "instance", changed));
  EXPECT_FALSE(open_call(key, "instance", ""));
}

TEST(CommandCall, F_WithoutABridgeNobodyIsAsked) {
  const auto asked = ask_bridge({"127.0.0.1", 1}, "okta", key, call);
  ASSERT_TRUE(asked);
  EXPECT_FALSE(*asked);
  EXPECT_FALSE(ask_bridge({"127.0.0.1", 0}, "okta", key, call).value());
}

}  // namespace
}  // namespace dirbridge::operate
