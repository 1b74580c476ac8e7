#include "sync/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/dn.hpp"

namespace dirbridge::sync {
namespace {

using directory::Dn;
using directory::Entry;
using test::dn;
using testing::ElementsAre;
using testing::HasSubstr;

const GroupShape shape{"member", dn("cn=placeholder")};
const Dn bob = dn("uid=bob,ou=people");
const Dn rob = dn("uid=rob,ou=people");

Current present(directory::Attributes attributes) {
  return {Entry{bob, std::move(attributes)}, {}, {}, {}};
}

EntryGoal goal(const Dn& where, std::vector<AttributeGoal> attributes) {
  return {EntryGoal::Presence::Present, where, std::move(attributes), "why"};
}

// One line per change: "stage verb dn: what".
std::vector<std::string> lines(const Plan& plan) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < plan.stages.size(); ++i)
    for (const auto& change : plan.stages[i]) {
      auto text = to_ldif(change);
      std::string line = std::to_string(i);
      for (const char c : text.substr(text.find('\n') + 1)) line += c == '\n' ? '|' : c;
      out.push_back(line);
    }
  return out;
}

TEST(Plan, AddsWhatIsMissing) {
  const auto plan = sync::plan(goal(bob, {exactly("uid", {"bob"}), including("objectClass", {"top"}),
                                          excluding("member", {"x"}), exactly("mail", {})}),
                               {}, shape);
  EXPECT_THAT(lines(plan), ElementsAre("0dn: uid=bob,ou=people|changetype: add|uid: bob|objectClass: top|"));
}

// The server says whether it is; where it is not, nothing goes.
TEST(Plan, R3_WhatMayBeTheSameToAServerIsTakenAway) {
  const auto plan_without = [](const char* attribute, const char* there, const char* value) {
    return lines(
        sync::plan(goal(bob, {excluding(attribute, {value})}), present({{attribute, {there}}}), shape));
  };
  EXPECT_EQ(plan_without("dirbridgePendingMember", "a,b", "a\uff0cb").size(), 1U);
  EXPECT_EQ(plan_without("dirbridgePendingMember", "a", "A").size(), 1U);
  EXPECT_EQ(plan_without("member", "cn=a\\,b", "CN=a\uff0cb").size(), 1U);
  EXPECT_EQ(plan_without("member", "cn=a,cn=b", "cn=a").size(), 0U);
  EXPECT_EQ(plan_without("dirbridgePendingMember", "a", "b").size(), 0U);
}

TEST(Plan, IsEmptyWhenTheGoalHolds) {
  const auto current = present({{"uid", {"bob"}}, {"objectClass", {"TOP", "person"}}, {"mail", {"b", "a"}}});
  EXPECT_TRUE(
      sync::plan(goal(bob, {exactly("uid", {"bob"}), including("objectclass", {"top"}),
                            exactly("mail", {"a", "b"}), excluding("title", {"x"}), exactly("sn", {})}),
                 current, shape)
          .empty());
}

TEST(Plan, WritesOnlyDifferencesAndLeavesTheRestAlone) {
  const auto current =
      present({{"uid", {"bob"}}, {"mail", {"old"}}, {"description", {"by hand"}}, {"title", {"x"}}});
  const auto plan = sync::plan(goal(bob, {exactly("uid", {"bob"}), exactly("mail", {"new"}),
                                          exactly("title", {}), including("cn", {"Bob"})}),
                               current, shape);
  EXPECT_THAT(lines(plan), ElementsAre("0dn: uid=bob,ou=people|changetype: modify|replace: mail|mail: new|-|"
                                       "replace: title|-|add: cn|cn: Bob|-|"));
}

TEST(Plan, ChangesMembersByValueWithoutKnowingThem) {
  Current current = present({{"cn", {"g"}}});
  current.unread = {"member"};
  const auto plan = sync::plan(
      goal(bob, {including("member", {"uid=a"}), excluding("member", {"uid=b", "cn=placeholder"})}), current,
      shape);
  ASSERT_THAT(
      lines(plan),
      ElementsAre("0dn: uid=bob,ou=people|changetype: modify|"
                  "delete: member|member: uid=b|member: cn=placeholder|-|add: member|member: uid=a|-|"));
  EXPECT_TRUE(std::get<directory::Modify>(plan.stages[0][0].operation).permissive);
}

TEST(Plan, DoesNotRemoveWhatIsKnownToBeAbsent) {
  Current current = present({{"cn", {"g"}}});
  current.unread = {"member"};
  current.absent = {{"member", "cn=placeholder"}};
  const auto plan = sync::plan(
      goal(bob, {including("member", {"uid=a"}), excluding("member", {"cn=placeholder"})}), current, shape);
  EXPECT_THAT(lines(plan),
              ElementsAre("0dn: uid=bob,ou=people|changetype: modify|add: member|member: uid=a|-|"));
}

TEST(Plan, AChangeOfTheRecordIsLockedToWhatWasRead) {
  const auto current = present({{"dirbridgeResource", {"{old}"}}, {"dirbridgeActive", {"TRUE"}}});
  const auto plan = sync::plan(goal(bob, {exactly("dirbridgeResource", {"{new}"})}), current, shape);
  EXPECT_EQ(std::get<directory::Modify>(plan.stages.at(0).at(0).operation).only_if,
            directory::Filter::equal("dirbridgeResource", "{old}"));
}

TEST(Plan, ADeleteIsBoundToWhatTheGoalDemands) {
  EntryGoal gone{EntryGoal::Presence::Absent, bob, {}, "due"};
  gone.only_if = directory::Filter::present("dirbridgeDeleted");
  const auto plan = sync::plan(gone, present({}), shape);
  EXPECT_EQ(std::get<directory::Delete>(plan.stages.at(0).at(0).operation).only_if, gone.only_if);
}

TEST(Plan, RenamesWithoutAGap) {
  Current current = present({{"uid", {"bob"}}, {"dirbridgeResource", {"{old}"}}});
  current.referrers = {dn("cn=g,ou=groups")};
  const auto plan = sync::plan(goal(rob, {exactly("uid", {"rob"}), exactly("dirbridgeResource", {"{new}"})}),
                               current, shape);
  EXPECT_THAT(
      lines(plan),
      ElementsAre(
          "0dn: uid=bob,ou=people|changetype: modify|replace: dirbridgeAlias|dirbridgeAlias: "
          "uid=bob,ou=people|"
          "dirbridgeAlias: uid=rob,ou=people|-|",
          "1dn: cn=g,ou=groups|changetype: modify|add: member|member: uid=rob,ou=people|-|",
          "2dn: uid=bob,ou=people|changetype: modrdn|newrdn: uid=rob|deleteoldrdn: 1|",
          "3dn: cn=g,ou=groups|changetype: modify|delete: member|member: uid=bob,ou=people|-|",
          "4dn: uid=rob,ou=people|changetype: modify|replace: dirbridgeResource|dirbridgeResource: {new}|-|"
          "replace: dirbridgeAlias|-|"));
}

TEST(Plan, C3_AnotherSpellingOfTheSameNameIsOneInGroupsToo) {
  Current current = present({{"uid", {"bob"}}});
  current.at_goal = true;
  const auto upper = dn("uid=BOB,ou=people");
  EXPECT_TRUE(needs_referrers(goal(upper, {}), current.entry));
  const auto alone = sync::plan(goal(upper, {exactly("uid", {"BOB"})}), current, shape);
  EXPECT_THAT(lines(alone), ElementsAre(HasSubstr("newrdn: uid=BOB")));
  current.referrers = {dn("cn=g,ou=groups")};
  EXPECT_THAT(lines(sync::plan(goal(upper, {exactly("uid", {"BOB"})}), current, shape)),
              ElementsAre(HasSubstr("replace: dirbridgeAlias|dirbridgeAlias: uid=bob,ou=people|-|"),
                          HasSubstr("newrdn: uid=BOB"),
                          "2dn: cn=g,ou=groups|changetype: modify|delete: member|member: uid=bob,ou=people|-|"
                          "add: member|member: uid=BOB,ou=people|-|",
                          HasSubstr("replace: dirbridgeAlias|-|")));
}

// Only we take them for one: it is a rename like any other.
TEST(Plan, C1_WhatTheServerTakesForTwoIsRenamedAsTwo) {
  Current current = present({{"uid", {"bob"}}});
  current.referrers = {dn("cn=g,ou=groups")};
  EXPECT_THAT(lines(sync::plan(goal(dn("uid=BOB,ou=people"), {exactly("uid", {"BOB"})}), current, shape)),
              ElementsAre(HasSubstr("dirbridgeAlias: uid=bob,ou=people|dirbridgeAlias: uid=BOB,ou=people|-|"),
                          HasSubstr("add: member|member: uid=BOB,ou=people|-|"), HasSubstr("newrdn: uid=BOB"),
                          HasSubstr("delete: member|member: uid=bob,ou=people|-|"),
                          HasSubstr("replace: dirbridgeAlias|-|")));
}

// Who comes after a crash has to find it, whether or not groups list the entry.
// Products read the first login.
TEST(Plan, B2_ValuesOfTheNameKeepTheirOrder) {
  const Dn aside = dn("uid=bob,ou=leavers");
  const auto today = present({{"uid", {"b", "bob", "bobby"}}});
  EXPECT_THAT(lines(sync::plan(goal(aside, {exactly("uid", {"b", "bob", "bobby"})}), today, shape)).back(),
              HasSubstr("replace: uid|uid: b|uid: bob|uid: bobby|"));
  EXPECT_THAT(lines(sync::plan(goal(aside, {}), today, shape)).back(),
              HasSubstr("delete: uid|uid: bobby|-|add: uid|uid: bobby|"));
  const auto last = present({{"uid", {"b", "bob"}}});
  EXPECT_EQ(sync::plan(goal(rob, {exactly("uid", {"b", "rob"})}), last, shape).stages.size(), 1U)
      << "it is last anyway";
  EXPECT_THAT(sync::plan(goal(bob, {exactly("uid", {"bob", "b"})}), last, shape).stages, testing::IsEmpty())
      << "there is no rename";
  auto interrupted = last;
  interrupted.entry->attributes.set("dirbridgeAlias", {rob.str()});
  EXPECT_THAT(lines(sync::plan(goal(bob, {exactly("uid", {"bob", "b"})}), interrupted, shape)).back(),
              HasSubstr("replace: uid|uid: bob|uid: b|"));
}

TEST(Plan, B2_WhereAnEntryWasIsRememberedBeforeItIsMoved) {
  const auto plan = sync::plan(goal(dn("uid=bob,ou=leavers"), {exactly("dirbridgeOriginal", {"{}"})}),
                               present({{"dirbridgeId", {"1"}}}), shape);
  ASSERT_EQ(plan.stages.size(), 3U);
  EXPECT_THAT(lines(plan)[0], HasSubstr("dirbridgeOriginal: {}"));
  EXPECT_THAT(lines(plan)[2], testing::Not(HasSubstr("dirbridgeOriginal")));
}

TEST(Plan, G3_ARenameOfAResourceIsNotedAlways) {
  const auto current = present({{"uid", {"bob"}}, {"dirbridgeId", {"1"}}, {"dirbridgeResource", {"{old}"}}});
  EXPECT_THAT(lines(sync::plan(goal(rob, {exactly("uid", {"rob"})}), current, shape)),
              ElementsAre(HasSubstr("replace: dirbridgeAlias|dirbridgeAlias: uid=bob,ou=people|"
                                    "dirbridgeAlias: uid=rob,ou=people|-|"),
                          HasSubstr("newrdn: uid=rob"), HasSubstr("replace: dirbridgeAlias|-|")));
}

TEST(Plan, ResumesAnInterruptedRename) {
  Current current = present({{"dirbridgeAlias", {"uid=bob,ou=people", "uid=rob,ou=people"}}});
  current.referrers = {dn("cn=g,ou=groups")};
  ASSERT_TRUE(needs_referrers(goal(bob, {}), current.entry));
  EXPECT_THAT(lines(sync::plan(goal(bob, {}), current, shape)),
              ElementsAre(HasSubstr("add: member|member: uid=bob,ou=people|"),
                          HasSubstr("delete: member|member: uid=rob,ou=people|"),
                          HasSubstr("replace: dirbridgeAlias|-|")));
}

// A request that is repeated after it was cut finds the alias of its first try: no value may stand there
// twice.
TEST(Plan, RepeatsAnInterruptedRenameWithEachNameOnce) {
  Current current = present({{"dirbridgeAlias", {"uid=bob,ou=people", "uid=rob,ou=people"}}});
  current.referrers = {dn("cn=g,ou=groups")};
  const auto repeated = lines(sync::plan(goal(rob, {exactly("uid", {"rob"})}), current, shape));
  ASSERT_FALSE(repeated.empty());
  EXPECT_EQ(
      repeated.front(),
      "0dn: uid=bob,ou=people|changetype: modify|replace: dirbridgeAlias|dirbridgeAlias: uid=bob,ou=people|"
      "dirbridgeAlias: uid=rob,ou=people|-|");
  const auto removed = sync::plan({EntryGoal::Presence::Absent, bob, {}, "DELETE"}, current, shape);
  EXPECT_EQ(lines(removed).front(),
            "0dn: cn=g,ou=groups|changetype: modify|delete: member|member: uid=bob,ou=people|"
            "member: uid=rob,ou=people|-|");
}

TEST(Plan, LeavesGroupsBeforeTheEntryGoes) {
  Current current = present({{"dirbridgeAlias", {"uid=old,ou=people"}}});
  current.referrers = {dn("cn=g,ou=groups")};
  const auto plan = sync::plan({EntryGoal::Presence::Absent, bob, {}, "DELETE"}, current, shape);
  EXPECT_THAT(lines(plan),
              ElementsAre("0dn: cn=g,ou=groups|changetype: modify|delete: member|member: uid=bob,ou=people|"
                          "member: uid=old,ou=people|-|",
                          "1dn: uid=bob,ou=people|changetype: delete|"));
  EXPECT_TRUE(sync::plan({EntryGoal::Presence::Absent, bob, {}, ""}, {}, shape).empty());
}

TEST(Plan, GivesTheSameForTheSame) {
  const auto wish = goal(rob, {exactly("mail", {"a"})});
  const auto current = present({{"mail", {"b"}}});
  EXPECT_EQ(lines(sync::plan(wish, current, shape)), lines(sync::plan(wish, current, shape)));
}

TEST(Plan, ASuccessorIsInEveryGroupBeforeTheEntryLeavesIt) {
  Current current = present({{"uid", {"bob"}}});
  current.referrers = {dn("cn=team,ou=groups")};
  EntryGoal away{EntryGoal::Presence::Absent, bob, {}, "why"};
  away.successor = rob;
  const auto plan = sync::plan(away, current, shape);
  EXPECT_THAT(
      lines(plan),
      ElementsAre(
          AllOf(testing::StartsWith("0dn: cn=team,ou=groups|changetype: modify|add: member|member: uid=rob"),
                testing::Not(HasSubstr("uid=bob"))),
          testing::StartsWith("1dn: cn=team,ou=groups|changetype: modify|delete: member|member: uid=bob"),
          testing::StartsWith("2dn: uid=bob,ou=people|changetype: delete")));
}

TEST(Plan, WhoWaitsToLeaveAGroupGoesOnWaitingUnderANewName) {
  auto current = present({{"uid", {"bob"}}, {"dirbridgeResource", {"{}"}}});
  current.referrers = {dn("cn=devs"), dn("cn=ops")};
  current.holders = {dn("cn=ops")};
  const auto renamed = lines(sync::plan(goal(rob, {exactly("uid", {"rob"})}), current, shape));
  const auto count = [&](const std::string& text) {
    return std::count_if(renamed.begin(), renamed.end(),
                         [&](const auto& line) { return line.find(text) != std::string::npos; });
  };
  EXPECT_EQ(count("add: dirbridgeHeldMember|dirbridgeHeldMember: uid=rob,ou=people"), 1);
  EXPECT_EQ(count("delete: dirbridgeHeldMember|dirbridgeHeldMember: uid=bob,ou=people"), 1);
  EXPECT_EQ(count("dn: cn=devs"), 2) << "the other group has nothing to hold";
  EntryGoal gone{EntryGoal::Presence::Absent, bob, {}, "why"};
  EXPECT_THAT(
      lines(sync::plan(gone, current, shape)),
      testing::Contains(HasSubstr("delete: dirbridgeHeldMember|dirbridgeHeldMember: uid=bob,ou=people")));
}

}  // namespace
}  // namespace dirbridge::sync
