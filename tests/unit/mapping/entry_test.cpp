#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "mapping/group_entry.hpp"
#include "mapping/user_entry.hpp"

namespace dirbridge::mapping {
namespace {

using directory::Dn;
using directory::Entry;
using testing::ElementsAre;
using testing::IsEmpty;

Rules rules() {
  Rules out;
  out.connection = "okta";
  out.user_base = Dn::parse("ou=people,dc=x").value();
  out.group_base = Dn::parse("ou=groups,dc=x").value();
  out.group_shape.placeholder = Dn::parse("cn=placeholder").value();
  return out;
}

json::object content(const char* text) {
  return json::parse(text).as_object();
}

std::vector<std::string> wanted(const sync::EntryGoal& goal, std::string_view attribute) {
  for (const auto& wish : goal.attributes)
    if (wish.attribute == attribute) return wish.values;
  ADD_FAILURE() << "the goal does not speak of " << attribute;
  return {};
}

sync::EntryGoal user(const char* text, const Rules& with = rules()) {
  auto goal = user_goal(with, "id-1", content(text), std::nullopt, "test");
  EXPECT_TRUE(goal) << (goal ? "" : goal.error().detail);
  return goal ? *goal : sync::EntryGoal();
}

TEST(UserEntry, DerivesTheNamesAReaderNeeds) {
  EXPECT_THAT(wanted(user(R"({"userName":"bob"})"), "cn"), ElementsAre("bob"));
  EXPECT_THAT(wanted(user(R"({"userName":"bob"})"), "sn"), ElementsAre("bob"));
  const auto named = user(R"({"userName":"bob","name":{"givenName":"Bob","familyName":"Doe"}})");
  EXPECT_THAT(wanted(named, "cn"), ElementsAre("Bob Doe"));
  EXPECT_THAT(wanted(named, "sn"), ElementsAre("Doe"));
  EXPECT_THAT(wanted(named, "givenName"), ElementsAre("Bob"));
  EXPECT_THAT(wanted(user(R"({"userName":"bob","displayName":" B\tD "})"), "displayName"),
              ElementsAre("B D"));
}

TEST(UserEntry, ShowsOneMailAddressThatTheDirectoryCanHold) {
  EXPECT_THAT(
      wanted(
          user(R"({"userName":"b","emails":[{"value":"h@x","type":"home"},{"value":"w@x","type":"work"}]})"),
          "mail"),
      ElementsAre("w@x"));
  EXPECT_THAT(
      wanted(
          user(R"({"userName":"b","emails":[{"value":"h@x","primary":true},{"value":"w@x","type":"work"}]})"),
          "mail"),
      ElementsAre("h@x"));
  const auto foreign = user(R"({"userName":"b","emails":[{"value":"j\u00fc@x"}]})");
  EXPECT_THAT(wanted(foreign, "mail"), IsEmpty());
  EXPECT_THAT(wanted(foreign, "dirbridgeMail"), ElementsAre("j\xC3\xBC@x"));
}

TEST(UserEntry, NamesTheEntryByTheConfiguredAttribute) {
  auto by_cn = rules();
  by_cn.user_naming_attribute = "cn";
  const auto goal = user(R"({"userName":"bob","displayName":"Bob Doe"})", by_cn);
  EXPECT_EQ(goal.dn.str(), "cn=bob,ou=people,dc=x");
  EXPECT_THAT(wanted(goal, "cn"), ElementsAre("bob"));
  EXPECT_THAT(wanted(goal, "displayName"), ElementsAre("Bob Doe"));
}

TEST(UserEntry, StaysWhereItIs) {
  const Entry current{Dn::parse("uid=bob,ou=berlin,ou=people,dc=x").value(), {}};
  EXPECT_EQ(user_goal(rules(), "i", content(R"({"userName":"bob"})"), current, "")->dn.str(),
            current.dn.str());
  EXPECT_EQ(user_goal(rules(), "i", content(R"({"userName":"rob"})"), current, "")->dn.str(),
            "uid=rob,ou=berlin,ou=people,dc=x");
}

TEST(UserEntry, DisabledIsMarkedAndLockedOnRequest) {
  EXPECT_THAT(wanted(user(R"({"userName":"b","active":false})"), "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_THAT(wanted(user(R"({"userName":"b"})"), "dirbridgeActive"), ElementsAre("TRUE"));
  auto locking = rules();
  locking.disable.ppolicy_lock = true;
  const auto lock = user(R"({"userName":"b","active":false})", locking).attributes.back();
  EXPECT_EQ(lock.kind, sync::AttributeGoal::Kind::Exactly);
  const auto unlock = user(R"({"userName":"b","active":true})", locking).attributes.back();
  EXPECT_EQ(unlock.kind, sync::AttributeGoal::Kind::Excluding);
  EXPECT_THAT(unlock.values, ElementsAre("000001010000Z"));
}

TEST(GroupEntry, IsNeverWithoutAMember) {
  const auto body = content(R"({"displayName":"team"})");
  EXPECT_THAT(wanted(*group_goal(rules(), "i", body, {}, std::nullopt, ""), "member"),
              ElementsAre("cn=placeholder"));
  MemberDelta delta;
  delta.add = {"uid=a"};
  EXPECT_THAT(wanted(*group_goal(rules(), "i", body, delta, std::nullopt, ""), "member"),
              ElementsAre("uid=a"));
}

TEST(GroupEntry, NamesThatNoReaderCanUseAreRefused) {
  for (const auto* body :
       {R"({"displayName":""})", R"({"displayName":" x"})", R"({"displayName":"a\u0001b"})", "{}"}) {
    const auto goal = group_goal(rules(), "i", content(body), {}, std::nullopt, "");
    ASSERT_FALSE(goal) << body;
    EXPECT_EQ(goal.error().field, "displayName");
  }
}

}  // namespace
}  // namespace dirbridge::mapping
