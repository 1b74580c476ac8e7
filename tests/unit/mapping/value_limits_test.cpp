#include "mapping/value_limits.hpp"

#include <gmock/gmock.h>
#include <boost/json/parse.hpp>

#include "mapping/login_name.hpp"
#include "mapping/user_entry.hpp"
#include "scim/catalog.hpp"

namespace dirbridge::mapping {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Rules limited() {
  Rules out;
  out.connection = "okta";
  out.user_base = directory::Dn::parse("ou=people,dc=x").value();
  out.value_limits = {{"sn", "name.familyName", 4}, {"title", "title", 4}, {"displayName", "displayName", 9}};
  return out;
}

Result<sync::EntryGoal> goal_of(const std::string& text, const Rules& rules = limited()) {
  return user_goal(rules, "i", json::parse(text).as_object(), std::nullopt, "test");
}

std::vector<std::string> values(const sync::EntryGoal& goal, std::string_view attribute) {
  for (const auto& wish : goal.attributes)
    if (wish.attribute == attribute) return wish.values;
  return {};
}

TEST(ValueLimits, C5_WhatIsDerivedIsCutAtACharacter) {
  const auto goal = goal_of(R"({"userName":"bob","displayName":"äöü ßxy"})");
  ASSERT_TRUE(goal) << goal.error().detail;
  EXPECT_THAT(values(*goal, "sn"), ElementsAre("äöü"));
  EXPECT_THAT(values(*goal, "displayName"), ElementsAre("äöü ßxy"));
}

TEST(ValueLimits, C5_WhatWasSentIsNamed) {
  for (const auto& [body, field] : {std::pair{R"("name":{"familyName":"Meier"})", "name.familyName"},
                                    std::pair{R"("title":"Bossy")", "title"}}) {
    const auto goal = goal_of(R"({"userName":"bob",)" + std::string(body) + "}");
    ASSERT_FALSE(goal) << body;
    EXPECT_EQ(goal.error().kind, ErrorKind::InvalidValue);
    EXPECT_EQ(goal.error().field, field);
    EXPECT_THAT(goal.error().detail, HasSubstr("4 characters"));
  }
}

TEST(ValueLimits, C5_WhatARuleMakesIsNamedByWhatItIsMadeOf) {
  auto rules = limited();
  rules.user_options.attributes.push_back(
      {"title", Template::parse("{nickName}", scim::standard_catalog().user).value()});
  const auto goal = goal_of(R"({"userName":"bob","nickName":"bobby"})", rules);
  ASSERT_FALSE(goal);
  EXPECT_EQ(goal.error().field, "nickName");
}

TEST(ValueLimits, C5_ALoginNameFitsIntoTheNameOfAnEntry) {
  Rules rules;
  EXPECT_TRUE(login_name(rules, std::string(241, 'a')));
  const auto too_long = login_name(rules, std::string(242, 'a'));
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().field, "userName");
  EXPECT_THAT(too_long.error().detail, HasSubstr("241 bytes"));
  EXPECT_FALSE(login_name(rules, std::string(100, ',')));
}

}  // namespace
}  // namespace dirbridge::mapping
