// Groups from their first to their last member, as SCIM shows them, as LDAP holds them, as Atlassian reads
// them.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "e2e/scenario.hpp"

namespace dirbridge::e2e {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

class GroupScenario : public Scenario {};

TEST_F(GroupScenario, EmptyGroupHasOnlyThePlaceholder) {
  create_user(client_, "ann");
  const auto group = create_group(client_, "devs");
  EXPECT_THAT(members("devs"), Each(kPlaceholder));
  EXPECT_THAT(member_ids(client_, group), IsEmpty());
  const auto seen = see();
  EXPECT_EQ(seen.exit_code, 0) << seen.text;
  EXPECT_TRUE(seen.has_group("devs"));
  EXPECT_THAT(seen.members("devs"), IsEmpty());
}

TEST_F(GroupScenario, FirstMemberComesAndLastMemberLeaves) {
  const auto ann = create_user(client_, "ann");
  const auto group = create_group(client_, "devs");
  expect_success(client_.patch("/Groups/" + group, add_members({ann})));
  EXPECT_THAT(members("devs"), ElementsAre(dn_of("ann")));
  EXPECT_THAT(see().members("devs"), ElementsAre("ann"));
  expect_success(client_.patch("/Groups/" + group, remove_members({ann})));
  EXPECT_THAT(members("devs"), Each(kPlaceholder));
  EXPECT_THAT(member_ids(client_, group), IsEmpty());
  const auto seen = see();
  EXPECT_EQ(seen.exit_code, 0) << seen.text;
  EXPECT_THAT(seen.members("devs"), IsEmpty());
}

TEST_F(GroupScenario, LastMemberIsSwappedInOneRequest) {
  const auto ann = create_user(client_, "ann");
  const auto ben = create_user(client_, "ben");
  const auto group = create_group(client_, "devs", {ann});
  boost::json::array both = remove_members({ann}).as_array();
  both.push_back(add_members({ben}).as_array().front());
  expect_success(client_.patch("/Groups/" + group, both));
  EXPECT_THAT(members("devs"), ElementsAre(dn_of("ben")));
}

TEST_F(GroupScenario, UnknownMemberIsKeptUntilTheUserArrives) {
  create_user(client_, "ann");
  const auto group = create_group(client_, "devs");
  expect_success(client_.patch("/Groups/" + group, add_members({"ext-later"})));
  EXPECT_THAT(member_ids(client_, group), ElementsAre("ext-later"))
      << "the identity provider reads what it wrote";
  EXPECT_THAT(members("devs"), Each(kPlaceholder));
  EXPECT_THAT(see().members("devs"), IsEmpty());
  const auto later = create_user(client_, "later", {{"externalId", "ext-later"}});
  EXPECT_THAT(member_ids(client_, group), ElementsAre(later));
  EXPECT_THAT(members("devs"), ElementsAre(dn_of("later")));
  EXPECT_THAT(values(directory(), site_.group_dn("devs"), "dirbridgePendingMember"), IsEmpty());
  const auto seen = see();
  EXPECT_EQ(seen.exit_code, 0) << seen.text;
  EXPECT_THAT(seen.members("devs"), ElementsAre("later"));
}

TEST_F(GroupScenario, UnknownMemberCanLeaveAgain) {
  const auto group = create_group(client_, "devs", {"ext-never"});
  EXPECT_THAT(member_ids(client_, group), ElementsAre("ext-never"));
  expect_success(client_.patch("/Groups/" + group, remove_members({"ext-never"})));
  EXPECT_THAT(member_ids(client_, group), IsEmpty());
  create_user(client_, "never", {{"externalId", "ext-never"}});
  EXPECT_THAT(members("devs"), Each(kPlaceholder));
}

TEST_F(GroupScenario, DeletedUserLeavesEveryGroup) {
  const auto ann = create_user(client_, "ann");
  const auto ben = create_user(client_, "ben");
  const auto alone = create_group(client_, "alone", {ann});
  const auto both = create_group(client_, "both", {ann, ben});
  expect_status(client_.remove("/Users/" + ann), 204);
  EXPECT_THAT(values(directory(), site_.user_dn("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_THAT(members("alone"), Each(kPlaceholder));
  EXPECT_THAT(members("both"), ElementsAre(dn_of("ben")));
  EXPECT_THAT(member_ids(client_, alone), IsEmpty());
  EXPECT_THAT(member_ids(client_, both), ElementsAre(ben));
  const auto seen = see();
  EXPECT_EQ(seen.exit_code, 0) << seen.text;
}

TEST_F(GroupScenario, MembersAddedByHandStay) {
  const auto ann = create_user(client_, "ann");
  const auto ben = create_user(client_, "ben");
  const auto group = create_group(client_, "devs", {ann});
  const std::string by_hand = by_hand_member();
  const auto added =
      directory().apply({directory::Modify{site_.group_dn("devs"),
                                           {{directory::Modification::Op::Add, "member", {by_hand}}},
                                           false,
                                           std::nullopt},
                         "by hand"},
                        {}, deadline_in(std::chrono::seconds(30)));
  ASSERT_TRUE(added) << added.error().detail;
  expect_success(client_.patch("/Groups/" + group, replace("members", member_values({ben}))));
  EXPECT_THAT(members("devs"), testing::UnorderedElementsAre(dn_of("ben"), by_hand));
  EXPECT_THAT(member_ids(client_, group), ElementsAre(ben)) << "by-hand members are no resources";
  expect_success(client_.patch("/Groups/" + group, remove_members({ben})));
  EXPECT_THAT(members("devs"), testing::Contains(by_hand));
}

TEST_F(GroupScenario, GroupsCanBeMembers) {
  const auto ann = create_user(client_, "ann");
  const auto inner = create_group(client_, "inner", {ann});
  const auto outer = create_group(client_, "outer", {inner, ann});
  EXPECT_THAT(members("outer"), testing::UnorderedElementsAre(site_.group_dn("inner").str(), dn_of("ann")));
  expect_success(client_.patch("/Groups/" + inner, replace("displayName", "core")));
  EXPECT_THAT(members("outer"), testing::UnorderedElementsAre(site_.group_dn("core").str(), dn_of("ann")));
  expect_status(client_.remove("/Groups/" + inner), 204);
  EXPECT_THAT(members("outer"), ElementsAre(dn_of("ann")));
  EXPECT_THAT(member_ids(client_, outer), ElementsAre(ann));
}

TEST_F(GroupScenario, AwkwardNamesReachTheReader) {
  const std::vector<std::string> names = {"o'neil",      "a,b",      "x+y",      "say \"hi\"", "semi;colon",
                                          "back\\slash", "<angle>",  "#hash",    "eq=ual",     "sl/ash",
                                          "star*",       "par(en)s", "big  ben", "müller",     "x@y.z"};
  std::vector<std::string> ids;
  for (const auto& name : names) ids.push_back(create_user(client_, name));
  const auto group = create_group(client_, "R&D, \"special\" + more", ids);
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string quoted = boost::json::serialize(boost::json::value(names[i]));
    const auto found = client_.find("Users", "userName eq " + quoted);
    expect_status(found, 200);
    EXPECT_EQ(found.json.at("totalResults"), 1) << names[i];
    EXPECT_EQ(found.json.at("Resources").at(0).at("id").as_string(), std::string_view(ids[i])) << names[i];
  }
  auto sorted = ids;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(member_ids(client_, group), sorted);
  const auto seen = see({"--expect-users", std::to_string(names.size())});
  EXPECT_EQ(seen.exit_code, 0) << seen.text;
  EXPECT_THAT(seen.members("R&D, \"special\" + more"), testing::UnorderedElementsAreArray(names));
}

TEST_F(GroupScenario, ListingShowsMembersUnlessAskedNotTo) {
  const auto ann = create_user(client_, "ann");
  create_group(client_, "devs", {ann});
  const auto with = client_.get("/Groups");
  EXPECT_EQ(with.json.at("Resources").at(0).at("members").at(0).at("value").as_string(),
            std::string_view(ann));
  const auto without = client_.get("/Groups?excludedAttributes=members");
  EXPECT_FALSE(without.json.at("Resources").at(0).as_object().contains("members"));
}

}  // namespace
}  // namespace dirbridge::e2e
