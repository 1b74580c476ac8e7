// Traps of group requests (tests/traps.md) that only the whole program with a directory can fall into.
#include <gmock/gmock.h>

#include <algorithm>

#include "e2e/scenario.hpp"

namespace dirbridge::e2e {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class GroupTrap : public Scenario {
 protected:
  static std::vector<std::string> shown_members(const Answer& answer) {
    std::vector<std::string> ids;
    if (const auto* members = answer.json.as_object().if_contains("members"))
      for (const auto& member : members->as_array()) ids.emplace_back(member.at("value").as_string());
    return ids;
  }
};

TEST_F(GroupTrap, T01_OnlyTheListedMemberGoes) {
  const auto a = create_user(client_, "a");
  const auto b = create_user(client_, "b");
  const auto group = create_group(client_, "devs", {a, b});
  expect_success(client_.patch("/Groups/" + group,
                               boost::json::array{boost::json::object{
                                   {"op", "Remove"}, {"path", "members"}, {"value", member_values({a})}}}));
  EXPECT_THAT(members("devs"), ElementsAre(dn_of("b")));
}

TEST_F(GroupTrap, T02_RemovingAllMembersLeavesThePlaceholder) {
  const auto a = create_user(client_, "a");
  const auto group = create_group(client_, "devs", {a, create_user(client_, "b")});
  expect_success(client_.patch(
      "/Groups/" + group, boost::json::array{boost::json::object{{"op", "remove"}, {"path", "members"}}}));
  EXPECT_THAT(members("devs"), ElementsAre(kPlaceholder));
  EXPECT_THAT(member_ids(client_, group), IsEmpty());
}

TEST_F(GroupTrap, T13_ReplacingByNothingLeavesThePlaceholder) {
  const auto a = create_user(client_, "a");
  for (const auto& nothing : {boost::json::value(nullptr), boost::json::value(boost::json::array())}) {
    const auto name = "devs" + boost::json::serialize(nothing);
    const auto group = create_group(client_, name, {a});
    expect_success(client_.patch("/Groups/" + group, operation("replace", "members", nothing)));
    EXPECT_THAT(members(name), ElementsAre(kPlaceholder));
  }
}

TEST_F(GroupTrap, T14_GroupsThatContainEachOtherEnd) {
  const auto ann = create_user(client_, "ann");
  const auto a = create_group(client_, "a", {ann});
  const auto b = create_group(client_, "b", {a});
  expect_success(client_.patch("/Groups/" + a, add_members({a, b})));
  EXPECT_THAT(members("a"),
              UnorderedElementsAre(dn_of("ann"), site_.group_dn("a").str(), site_.group_dn("b").str()));
  auto wanted = std::vector<std::string>{ann, a, b};
  std::sort(wanted.begin(), wanted.end());
  EXPECT_EQ(member_ids(client_, a), wanted);
  EXPECT_EQ(client_.find("Groups", "members eq \"" + a + "\"").json.at("totalResults"), 2);
  EXPECT_EQ(client_.get("/Users/" + ann).status, 200);
  expect_success(client_.patch("/Groups/" + a, replace("displayName", "a renamed")));
  EXPECT_THAT(members("b"), ElementsAre(site_.group_dn("a renamed").str()));
  EXPECT_THAT(members("a renamed"), testing::Contains(site_.group_dn("a renamed").str()));
  expect_success(client_.patch("/Groups/" + a, remove_members({a})));
  EXPECT_THAT(members("a renamed"), UnorderedElementsAre(dn_of("ann"), site_.group_dn("b").str()));
  expect_status(client_.remove("/Groups/" + a), 204);
  EXPECT_THAT(members("b"), ElementsAre(kPlaceholder));
  EXPECT_THAT(member_ids(client_, b), IsEmpty());
}

TEST_F(GroupTrap, T16_TheAnswerShowsTheMembersAfterTheChange) {
  const auto a = create_user(client_, "a");
  const auto b = create_user(client_, "b");
  const auto group = create_group(client_, "devs", {a});
  const auto path = "/Groups/" + group;
  EXPECT_THAT(shown_members(client_.patch(path, add_members({b}))), UnorderedElementsAre(a, b));
  EXPECT_THAT(shown_members(client_.patch(path, remove_members({a}))), ElementsAre(b));
  const auto by_path =
      boost::json::array{boost::json::object{{"op", "remove"}, {"path", "members[value eq \"" + b + "\"]"}}};
  const auto last = client_.patch(path, by_path);
  EXPECT_EQ(last.status, 200);
  EXPECT_THAT(shown_members(last), IsEmpty());
}

TEST_F(GroupTrap, T59_MembersThatAreExcludedStayOutAndTheIdStays) {
  const auto group = create_group(client_, "devs", {create_user(client_, "a")});
  for (const auto* excluded : {"members", "MEMBERS", "members,id", "members.value,members"}) {
    const auto one = client_.get(with_query("/Groups/" + group, "excludedAttributes", excluded));
    EXPECT_EQ(one.status, 200);
    EXPECT_FALSE(one.json.as_object().contains("members")) << excluded;
    EXPECT_EQ(one.text("id"), group) << excluded;
    const auto list = client_.get(with_query("/Groups", "excludedAttributes", excluded));
    EXPECT_FALSE(list.json.at("Resources").at(0).as_object().contains("members")) << excluded;
    EXPECT_EQ(list.json.at("Resources").at(0).at("id").as_string(), group) << excluded;
  }
}

}  // namespace
}  // namespace dirbridge::e2e
