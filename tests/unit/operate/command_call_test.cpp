#include "operate/command_call.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

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
}

TEST(CommandCall, F_TheOutcomeArrivesAsItWas) {
  const auto dn = directory::Dn::parse("cn=devs,dc=x").value();
  const CommandOutcome sent{
      {{"okta",
        {sync::Removal::MemberRemoval, "42", "devs", dn, {"uid=ann,dc=x", "uid=ben,dc=x"}, {}},
        Decided::Outcome::Settled},
       {"okta", {sync::Removal::Disable, "43", "ann", dn, {}, {}}, Decided::Outcome::Failed, "it is locked"}},
      "all of it",
      Applied{3, 2, 1, {{"User 7", "no"}}}};
  const auto outcome = open_outcome(key, "instance", seal_outcome(key, "instance", sent));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(to_json(*outcome), to_json(sent));
  ASSERT_EQ(outcome->decided.size(), 2U);
  EXPECT_EQ(outcome->decided[0].removal.removal, sync::Removal::MemberRemoval);
  EXPECT_EQ(outcome->decided[0].removal.dn, dn);
  EXPECT_EQ(outcome->decided[0].removal.members, (std::vector<std::string>{"uid=ann,dc=x", "uid=ben,dc=x"}));
  EXPECT_EQ(outcome->decided[0].outcome, Decided::Outcome::Settled);
  EXPECT_EQ(outcome->decided[1].detail, "it is locked");
  EXPECT_EQ(outcome->failure, "all of it");
  ASSERT_TRUE(outcome->applied);
  EXPECT_EQ(outcome->applied->changed, 1U);
  EXPECT_EQ(outcome->applied->failures.at(0).what, "User 7");
}

// It may have been done, so that silence would be wrong.
TEST(CommandCall, ABridgeOfAnotherVersionIsNotSilent) {
  EXPECT_FALSE(outcome_in({{"done", {"approved: disable ann"}}}));
  EXPECT_FALSE(outcome_in({{"decided", {{{"removal", "vanish"}}}}}));
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
