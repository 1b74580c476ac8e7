#include <algorithm>
#include <cctype>
#include <thread>

#include <gmock/gmock.h>

#include "connection_fixture.hpp"

namespace dirbridge::test {
namespace {

using provision::Members;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr auto placeholder = "cn=dirbridge-placeholder";

class GroupsTest : public ConnectionFixture {
 protected:
  std::string add(const std::string& ids) { return operation("add", ids); }
  static std::string operation(const std::string& op, const std::string& id) {
    return R"({"op":")" + op + R"(","path":"members","value":[{"value":")" + id + R"("}]})";
  }
};

TEST_F(GroupsTest, EmptyHaveThePlaceholderWhichIsNeverShown) {
  const auto made = add_group("team", {});
  EXPECT_FALSE(made.contains("members"));
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(placeholder));
  EXPECT_FALSE(group(id_of(made)).contains("members"));
}

TEST_F(GroupsTest, FirstMemberReplacesThePlaceholderLastBringsItBack) {
  const auto bob = id_of(add_user("bob"));
  const auto team = id_of(add_group("team", {}));
  patch_group(team, "[" + operation("add", bob) + "]");
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(user_dn("bob")));
  patch_group(team, "[" + operation("Remove", bob) + "]");
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(placeholder));
  EXPECT_THAT(member_ids(group(team)), IsEmpty());
}

TEST_F(GroupsTest, AddingAMemberAgainAndRemovingANonMemberSucceed) {
  const auto bob = id_of(add_user("bob"));
  const auto eve = id_of(add_user("eve"));
  const auto team = id_of(add_group("team", {bob}));
  EXPECT_THAT(
      member_ids(patch_group(team, "[" + operation("add", bob) + "," + operation("remove", eve) + "]")),
      ElementsAre(bob));
}

TEST_F(GroupsTest, MembersComeAndGoInOneRequest) {
  const auto a = id_of(add_user("a"));
  const auto b = id_of(add_user("b"));
  const auto c = id_of(add_user("c"));
  const auto team = id_of(add_group("team", {a, b}));
  const auto after = patch_group(
      team, R"([{"op":"remove","path":"members[value eq \")" + a + R"(\"]"},)" + operation("add", c) + "]");
  EXPECT_THAT(member_ids(after), UnorderedElementsAre(b, c));
  EXPECT_THAT(values(group_dn("team"), "member"), UnorderedElementsAre(user_dn("b"), user_dn("c")));
}

TEST_F(GroupsTest, FortyParallelPatchesLoseNothing) {
  const auto team = id_of(add_group("team", {}));
  std::vector<std::string> ids;
  for (int i = 0; i < 40; ++i) ids.push_back(id_of(add_user("u" + std::to_string(i))));
  std::vector<std::thread> threads;
  for (const auto& id : ids)
    threads.emplace_back([&, id] {
      EXPECT_TRUE(groups().patch(team, member_operation("add", {id}), {}, Members::Leave, soon()));
    });
  for (auto& thread : threads) thread.join();
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(member_ids(group(team)), ids);
}

TEST_F(GroupsTest, ParallelRemovalsOfTheLastMembersLeaveAValidGroup) {
  std::vector<std::string> ids;
  for (int i = 0; i < 8; ++i) ids.push_back(id_of(add_user("u" + std::to_string(i))));
  const auto team = id_of(add_group("team", ids));
  std::vector<std::thread> threads;
  for (const auto& id : ids)
    threads.emplace_back([&, id] {
      EXPECT_TRUE(groups().patch(team, member_operation("remove", {id}), {}, Members::Leave, soon()));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(placeholder));
}

TEST_F(GroupsTest, UnknownMembersArePendingUntilTheyArrive) {
  const auto team = id_of(add_group("team", {"ext-9"}));
  EXPECT_THAT(member_ids(group(team)), ElementsAre("ext-9"));
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(placeholder));
  const auto nina = id_of(add_user("nina", R"("externalId":"ext-9")"));
  EXPECT_THAT(member_ids(group(team)), ElementsAre(nina));
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(user_dn("nina")));
  EXPECT_THAT(values(group_dn("team"), "dirbridgePendingMember"), IsEmpty());
}

TEST_F(GroupsTest, PendingMembersCanBeRemoved) {
  const auto team = id_of(add_group("team", {"ext-9"}));
  patch_group(team, "[" + operation("remove", "ext-9") + "]");
  EXPECT_THAT(member_ids(group(team)), IsEmpty());
  add_user("nina", R"("externalId":"ext-9")");
  EXPECT_THAT(member_ids(group(team)), IsEmpty());
}

TEST_F(GroupsTest, PendingMembersArriveAlsoByALaterExternalId) {
  const auto team = id_of(add_group("team", {"ext-9"}));
  const auto nina = id_of(add_user("nina"));
  ASSERT_TRUE(
      users().patch(nina, json::parse(R"({"Operations":[{"op":"add","path":"externalId","value":"ext-9"}]})"),
                    {}, Members::Load, soon()));
  EXPECT_THAT(member_ids(group(team)), ElementsAre(nina));
}

TEST_F(GroupsTest, SweepAdmitsWhoArrivedWhileNobodyLooked) {
  const auto team = id_of(add_group("team", {}));
  const auto nina = id_of(add_user("nina"));
  ASSERT_EQ(ldap_modify(server(), As::Admin,
                        "dn: " + group_dn("team") +
                            "\nchangetype: modify\nadd: dirbridgePendingMember\n"
                            "dirbridgePendingMember: " +
                            nina + "\n")
                .exit_code,
            0);
  ASSERT_TRUE(provision::sweep(connection().context, soon()));
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(user_dn("nina")));
  EXPECT_THAT(values(group_dn("team"), "dirbridgePendingMember"), IsEmpty());
}

TEST_F(GroupsTest, ReplacedGetTheNewListAndKeepByHandMembers) {
  const auto a = id_of(add_user("a"));
  const auto b = id_of(add_user("b"));
  const auto team = id_of(add_group("team", {a}));
  ASSERT_EQ(ldap_modify(server(), As::Admin,
                        "dn: " + group_dn("team") +
                            "\nchangetype: modify\nadd: member\nmember: cn=service,dc=example,dc=org\n")
                .exit_code,
            0);
  json::object body =
      json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"team"})")
          .as_object();
  body["members"] = json::array{json::object{{"value", b}}};
  const auto put = groups().replace(team, body, {}, soon());
  ASSERT_TRUE(put) << put.error().detail;
  EXPECT_THAT(member_ids(put->resource), ElementsAre(b));
  EXPECT_THAT(values(group_dn("team"), "member"),
              UnorderedElementsAre(user_dn("b"), "cn=service,dc=example,dc=org"));
}

TEST_F(GroupsTest, LongListsReplacedWithAFewChanges) {
  std::vector<std::string> ids;
  for (int i = 0; i < 120; ++i) ids.push_back(id_of(add_user("u" + std::to_string(i))));
  const auto team = id_of(add_group("team", {ids.begin(), ids.begin() + 115}));
  const auto replace = [&](const std::vector<std::string>& wanted) {
    json::array members;
    for (const auto& id : wanted) members.push_back(json::object{{"value", id}});
    const json::object body{{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                            {"displayName", "team"},
                            {"members", std::move(members)}};
    return groups().replace(team, body, {}, soon());
  };
  std::vector<std::string> wanted(ids.begin() + 10, ids.end());
  wanted.push_back("somebody-unknown");
  ASSERT_TRUE(replace(wanted));
  std::sort(wanted.begin(), wanted.end());
  EXPECT_EQ(member_ids(group(team)), wanted);
  EXPECT_EQ(values(group_dn("team"), "member").size(), 110U);
}

TEST_F(GroupsTest, ShowWhoHasANameNowAndNotWhoHadIt) {
  const auto first = id_of(add_user("bob"));
  const auto team = id_of(add_group("team", {first}));
  EXPECT_THAT(member_ids(group(team)), ElementsAre(first));
  ASSERT_TRUE(users().remove(first, {}, soon()));
  const auto second = id_of(add_user("bob"));
  patch_group(team, "[" + operation("add", second) + "]");
  EXPECT_THAT(member_ids(group(team)), ElementsAre(second));
  const auto other = id_of(add_user("eve"));
  patch_group(team, "[" + operation("add", other) + "]");
  const auto renamed = users().patch(
      second, json::parse(R"({"Operations":[{"op":"replace","path":"userName","value":"robert"}]})"), {},
      Members::Leave, soon());
  ASSERT_TRUE(renamed);
  const auto third = id_of(add_user("bob"));
  patch_group(team, "[" + operation("add", third) + "]");
  EXPECT_THAT(member_ids(group(team)), UnorderedElementsAre(second, other, third));
}

TEST_F(GroupsTest, AllMembersGoAndByHandOnesStay) {
  const auto a = id_of(add_user("a"));
  const auto b = id_of(add_user("b"));
  const auto team = id_of(add_group("team", {a, b, "pending-1"}));
  patch_group(team, R"([{"op":"remove","path":"members"}])");
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(placeholder));
  EXPECT_THAT(member_ids(group(team)), IsEmpty());
  const auto again =
      patch_group(team, R"([{"op":"replace","path":"members","value":[{"value":")" + b + R"("}]}])");
  EXPECT_THAT(member_ids(again), ElementsAre(b));
}

TEST_F(GroupsTest, AFilterOnDisplayPicksMembers) {
  const auto a = id_of(add_user("a", R"("displayName":"Anna")"));
  const auto b = id_of(add_user("b", R"("displayName":"Ben")"));
  const auto team = id_of(add_group("team", {a, b}));
  EXPECT_THAT(member_ids(patch_group(team, R"([{"op":"remove","path":"members[display co \"ann\"]"}])")),
              ElementsAre(b));
}

TEST_F(GroupsTest, NestedGroupsAreMembersOfTheirType) {
  const auto inner = id_of(add_group("inner", {}));
  const auto outer = group(id_of(add_group("outer", {inner})));
  EXPECT_EQ(outer.at("members").as_array().at(0).at("type"), "Group");
  EXPECT_THAT(values(group_dn("outer"), "member"), ElementsAre(group_dn("inner")));
}

TEST_F(GroupsTest, WithATakenNameAreRefused) {
  add_group("team", {});
  const auto second = groups().create(
      json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"TEAM"})"),
      soon());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Uniqueness);
  EXPECT_EQ(second.error().field, "displayName");
}

TEST_F(GroupsTest, DeletedAreGoneAndLeaveTheirUsersAlone) {
  const auto a = id_of(add_user("a"));
  const auto inner = id_of(add_group("inner", {a}));
  const auto outer = id_of(add_group("outer", {inner}));
  ASSERT_TRUE(groups().remove(inner, {}, soon()));
  EXPECT_TRUE(exists(user_dn("a")));
  EXPECT_THAT(member_ids(group(outer)), IsEmpty());
  EXPECT_THAT(values(group_dn("outer"), "member"), ElementsAre(placeholder));
}

TEST_F(GroupsTest, LoseADeletedUserAndStayValid) {
  const auto a = id_of(add_user("a"));
  const auto b = id_of(add_user("b"));
  add_group("both", {a, b});
  add_group("alone", {a});
  ASSERT_TRUE(users().remove(a, {}, soon()));
  EXPECT_THAT(values(group_dn("both"), "member"), ElementsAre(user_dn("b")));
  EXPECT_THAT(values(group_dn("alone"), "member"), ElementsAre(placeholder));
}

TEST_F(GroupsTest, R1_LoseAUserWhoseEntryCannotGo) {
  connection().rules.user_options.on_delete = mapping::OnDelete::Delete;
  const auto a = id_of(add_user("a"));
  const auto team = id_of(add_group("team", {a}));
  ASSERT_EQ(
      ldap_add(server(), As::Admin, "dn: cn=device," + user_dn("a") + "\nobjectClass: device\ncn: device\n")
          .exit_code,
      0);
  const auto removed = users().remove(a, {}, soon());
  ASSERT_TRUE(removed) << removed.error().detail;
  EXPECT_THAT(member_ids(group(team)), IsEmpty());
  EXPECT_THAT(values(user_dn("a"), "dirbridgeActive"), ElementsAre("FALSE"));
}

TEST_F(GroupsTest, KnowAMemberByAnySpellingOfItsId) {
  const auto a = id_of(add_user("a", R"("externalId":"ext-a")"));
  std::string upper = a;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
  const auto team = id_of(add_group("team", {upper, "ext-a", a}));
  EXPECT_THAT(member_ids(group(team)), ElementsAre(a));
  EXPECT_THAT(values(group_dn("team"), "dirbridgePendingMember"), IsEmpty());
}

TEST_F(GroupsTest, PendingNamesAreExact) {
  const auto team = id_of(add_group("team", {"abc"}));
  patch_group(team, "[" + operation("add", "aBc") + "]");
  EXPECT_THAT(member_ids(group(team)), UnorderedElementsAre("aBc", "abc"));
}

TEST_F(GroupsTest, AreNoUsersAlsoBelowACommonBase) {
  connection().rules.user_base = directory::Dn::parse(server().suffix()).value();
  const auto team = id_of(add_group("team", {}));
  EXPECT_EQ(users().remove(team, {}, soon()).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(users().find(team, Members::Load, soon()).error().kind, ErrorKind::NotFound);
  EXPECT_TRUE(exists(group_dn("team")));
}

TEST_F(GroupsTest, AreChangedOnlyAtTheVersionAskedFor) {
  const auto a = id_of(add_user("a"));
  const auto b = id_of(add_user("b"));
  const auto team = add_group("team", {});
  const provision::Precondition first{std::string(team.at("meta").at("version").as_string())};
  EXPECT_TRUE(groups().patch(id_of(team), member_operation("add", {a}), first, Members::Leave, soon()));
  const auto late = groups().patch(id_of(team), member_operation("add", {b}), first, Members::Leave, soon());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::PreconditionFailed);
  EXPECT_THAT(member_ids(group(id_of(team))), ElementsAre(a));
}

TEST_F(GroupsTest, ChangeTheirVersionWithTheirMembers) {
  const auto a = id_of(add_user("a"));
  const auto made = add_group("team", {});
  const auto after = patch_group(id_of(made), "[" + operation("add", a) + "]");
  EXPECT_NE(after.at("meta").at("version"), made.at("meta").at("version"));
}

// After a restart nothing is known of the group's size; the answer must not hold a large group nevertheless.
TEST_F(GroupsTest, ThatAreLargeAreNotShownWithAChangeAlsoWhenTheirSizeIsUnknown) {
  std::vector<std::string> members;
  for (std::size_t i = 0; i <= provision::most_few_members; ++i)
    members.push_back(id_of(add_user("u" + std::to_string(i))));
  const auto small = id_of(add_group("small", {members[0], members[1]}));
  const auto large = id_of(add_group("large", members));
  const auto fresh = provision::make_groups(connection().context);
  const auto change = member_operation("remove", {members.front()});
  const auto of_small = fresh->patch(small, change, {}, Members::LoadFew, soon());
  ASSERT_TRUE(of_small);
  EXPECT_TRUE(of_small->whole);
  members.push_back(id_of(add_user("last")));
  const auto of_large =
      fresh->patch(large, member_operation("add", {members.back()}), {}, Members::LoadFew, soon());
  ASSERT_TRUE(of_large);
  EXPECT_FALSE(of_large->whole);
  EXPECT_FALSE(of_large->resource.contains("members"));
}

std::vector<std::string> streamed(provision::Resources& groups, const std::string& id) {
  auto opened = groups.open(id, Members::Load, soon());
  if (!opened || !opened->members) return {"not a stream"};
  std::vector<std::string> out;
  for (;;) {
    const auto piece = opened->members->next(soon());
    if (!piece || piece->empty()) break;
    for (const auto& member : piece->members) out.push_back(unpack_uuid(member.id));
    out.insert(out.end(), piece->pending.begin(), piece->pending.end());
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST_F(GroupsTest, ThatAreLargeAreReadAnewAfterEveryChange) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i <= provision::most_members_at_once; ++i)
    all.push_back(id_of(add_user("u" + std::to_string(i))));
  all.push_back("waiting");
  const auto large = id_of(add_group("large", all));
  std::sort(all.begin(), all.end());
  EXPECT_EQ(streamed(groups(), large), all);
  EXPECT_EQ(streamed(groups(), large), all) << "as remembered";

  patch_group(large, "[" + operation("add", "later") + "]");
  all.push_back("later");
  std::sort(all.begin(), all.end());
  EXPECT_EQ(streamed(groups(), large), all);

  const auto late = id_of(add_user("late", R"("externalId": "later")"));
  std::replace(all.begin(), all.end(), std::string("later"), late);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(streamed(groups(), large), all);

  const auto by_hand = ldap_modify(
      server(), As::Admin,
      "dn: " + group_dn("large") + "\nchangetype: modify\ndelete: member\nmember: " + user_dn("late") + "\n");
  ASSERT_EQ(by_hand.exit_code, 0) << by_hand.output;
  std::erase(all, late);
  EXPECT_EQ(streamed(groups(), large), all);
}

}  // namespace
}  // namespace dirbridge::test
