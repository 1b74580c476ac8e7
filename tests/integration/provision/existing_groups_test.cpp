// Groups that an administrator has made, anywhere below the group base.
#include "group_option_fixture.hpp"

namespace dirbridge::test {
namespace {

using mapping::DefaultGroups;
using mapping::GroupOptions;
using testing::ElementsAre;
using testing::HasSubstr;

class ExistingGroups : public GroupOption {
 protected:
  void SetUp() override {
    GroupOption::SetUp();
    ldif("dn: ou=apps," + server().group_base() +
         "\nchangetype: add\nobjectClass: organizationalUnit\nou: apps\n");
  }
  std::string in_apps(const std::string& name) { return "cn=" + name + ",ou=apps," + server().group_base(); }
  void make_in_apps(const std::string& name, const Names& logins) {
    std::string text =
        "dn: " + in_apps(name) + "\nchangetype: add\nobjectClass: groupOfNames\ncn: " + name + "\n";
    for (const auto& login : logins) text += "member: " + user_dn(login) + "\n";
    ldif(text);
  }
  // Logins of those in a group there.
  Names people_in_apps(const std::string& name) {
    auto entry = directory::read(at().pool, directory::Dn::parse(in_apps(name)).value(), {"member"}, soon());
    EXPECT_TRUE(entry && *entry) << name;
    Names out;
    if (entry && *entry)
      for (const auto& value : (*entry)->attributes.values("member"))
        out.emplace_back(directory::Dn::parse(value)->rdn().value());
    std::sort(out.begin(), out.end());
    return out;
  }
  std::size_t groups_named(const std::string& name) {
    return count_entries(
        ldap_search(server(), As::Admin, {"-b", server().group_base(), "(cn=" + name + ")", "1.1"}).output);
  }
  template <class T>
  void expect_conflict(const Result<T>& done, const std::string& dn) {
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Uniqueness);
    EXPECT_EQ(done.error().field, "displayName");
    EXPECT_THAT(done.error().detail, HasSubstr(dn));
    EXPECT_THAT(done.error().detail, HasSubstr("groups.adopt"));
  }
};

TEST_F(ExistingGroups, B1_ANameThatIsAnywhereBelowTheBaseIsRefusedWithTheDnAndTheRemedy) {
  connect([](GroupOptions&) {});
  make_in_apps("team", {"byhand"});
  make_by_hand("direct", {"byhand"});
  const auto ann = add_user("ann");
  expect_conflict(try_group("team", {ann}), in_apps("team"));
  expect_conflict(try_group("TEAM", {ann}), in_apps("team"));
  expect_conflict(try_group("direct", {ann}), group_dn("direct"));
  EXPECT_EQ(groups_named("team"), 1U);
  EXPECT_THAT(people_in_apps("team"), ElementsAre("byhand"));
}

TEST_F(ExistingGroups, B1_ARenameThatFollowsIsRefusedAndMembershipsGoOn) {
  connect([](GroupOptions& o) { o.on_rename = GroupOptions::OnRename::Follow; });
  const auto ann = add_user("ann");
  const auto devs = add_group("devs", {ann, add_user("ben")});
  make_in_apps("team", {"byhand"});
  const auto patch = json::parse(R"({"Operations":[{"op":"replace","path":"displayName","value":"team"}]})");
  expect_conflict(at().groups->patch(devs, patch, {}, provision::Members::Leave, soon()), in_apps("team"));
  const json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                          {"displayName", "team"},
                          {"members", shown(devs).at("members")}};
  expect_conflict(at().groups->replace(devs, body, {}, soon()), in_apps("team"));
  EXPECT_EQ(shown(devs).at("displayName"), "devs");
  // The name was given while it was free, and the directory could not follow then.
  connect([](GroupOptions&) {});
  rename(devs, "team");
  connect([](GroupOptions& o) { o.on_rename = GroupOptions::OnRename::Follow; });
  change(devs, "remove", {ann});
  EXPECT_THAT(people_in("devs"), ElementsAre("ben")) << "it keeps its name, and goes on";
  EXPECT_FALSE(converge());
  ldif("dn: " + in_apps("team") + "\nchangetype: delete\n");
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("team"), ElementsAre("ben"));
}

TEST_F(ExistingGroups, B1_MappingAndDefaultGroupsUseTheOneThatIsThere) {
  make_in_apps("jira-users", {"byhand"});
  connect([this](GroupOptions& o) {
    o.mapping = {{"Staff", {group("jira-users")}}};
    o.defaults = {DefaultGroups::For::New, {group("jira-users")}};
  });
  const auto ann = add_user("ann");
  EXPECT_THAT(people_in_apps("jira-users"), ElementsAre("ann", "byhand"));
  const auto ben = add_user("ben");
  const auto staff = add_group("Staff", {ben});
  EXPECT_EQ(groups_named("jira-users"), 1U);
  EXPECT_FALSE(converge());
  connect([this](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-users")}}}; });
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in_apps("jira-users"), ElementsAre("ben", "byhand"));
  change(staff, "remove", {ben});
  EXPECT_THAT(people_in_apps("jira-users"), ElementsAre("byhand"));
  EXPECT_FALSE(converge());
}

TEST_F(ExistingGroups, B1_AGroupThatTheAdministratorMovesIsFollowed) {
  connect([this](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-users")}}}; });
  const auto ann = add_user("ann");
  const auto staff = add_group("Staff", {ann});
  ldif("dn: " + group_dn("jira-users") + "\nchangetype: modrdn\nnewrdn: cn=jira-users\ndeleteoldrdn: 1\n" +
       "newsuperior: ou=apps," + server().group_base() + "\n");
  change(staff, "add", {add_user("ben")});
  EXPECT_THAT(people_in_apps("jira-users"), ElementsAre("ann", "ben"));
  change(staff, "remove", {ann});
  EXPECT_THAT(people_in_apps("jira-users"), ElementsAre("ben"));
  EXPECT_EQ(groups_named("jira-users"), 1U);
  EXPECT_FALSE(converge());
}

TEST_F(ExistingGroups, B1_ARenameThatFollowsStaysWhereTheAdministratorMovedTheGroup) {
  connect([this](GroupOptions& o) {
    o.mapping = {{"Staff", {group("jira-users")}}};
    o.on_rename = GroupOptions::OnRename::Follow;
  });
  const auto ann = add_user("ann");
  for (const bool was_seen : {true, false}) {
    const auto devs = add_group("devs", {ann});
    ldif("dn: " + group_dn("devs") + "\nchangetype: modrdn\nnewrdn: cn=devs\ndeleteoldrdn: 1\n" +
         "newsuperior: ou=apps," + server().group_base() + "\n");
    if (was_seen) change(devs, "add", {add_user("ben")});
    rename(devs, "ops");
    EXPECT_THAT(people_in_apps("ops"), testing::Contains("ann"));
    EXPECT_EQ(groups_named("ops"), 1U);
    EXPECT_EQ(groups_named("devs"), 0U);
    EXPECT_FALSE(converge());
    ASSERT_TRUE(at().groups->remove(devs, {}, soon()));
    converge();
    ldif("dn: " + in_apps("ops") + "\nchangetype: delete\n");
  }
}

TEST_F(ExistingGroups, B4_AnAdoptedGroupKeepsItsPlaceItsNameAndItsMembers) {
  make_in_apps("team", {"ann", "byhand"});
  connect([](GroupOptions& o) { o.adopt = true; });
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto team = add_group("Team", {ben});
  EXPECT_THAT(members(team), ElementsAre(ben)) << "the provider reads back what it wrote";
  EXPECT_THAT(people_in_apps("team"), ElementsAre("ann", "ben", "byhand"));
  EXPECT_FALSE(converge());
  change(team, "add", {ann});
  change(team, "remove", {ann, ben});
  EXPECT_THAT(people_in_apps("team"), ElementsAre("ann", "byhand"));
  rename(team, "crew");
  EXPECT_EQ(groups_named("team"), 1U);
  EXPECT_EQ(groups_named("crew"), 0U);
  ASSERT_TRUE(at().groups->remove(team, {}, soon()));
  EXPECT_THAT(people_in_apps("team"), ElementsAre("ann", "byhand"));
  const auto raw = ldap_search(server(), As::Admin, {"-b", in_apps("team"), "-s", "base"}).output;
  EXPECT_THAT(raw, testing::Not(HasSubstr("dirbridge"))) << "only memberships are written";
}

TEST_F(ExistingGroups, R4_ASourceGroupOfWhatIsNoGroupDoesNotArriveByHalf) {
  connect([&](GroupOptions& o) { o.mapping = {{"source", {group("devs")}}}; });
  const auto ann = add_user("ann");
  ldif("dn: " + group_dn("devs") + "\nchangetype: add\nobjectClass: organizationalRole\ncn: devs\n");
  const auto first = try_group("source", {ann});
  ASSERT_FALSE(first);
  EXPECT_EQ(records("(dirbridgeDisplayName=source)"), 0U);
  const auto again = try_group("source", {ann});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().detail, first.error().detail);
  ldif("dn: " + group_dn("devs") + "\nchangetype: delete\n");
  add_group("source", {ann});
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
}

TEST_F(ExistingGroups, R1_WhatIsNoGroupKeepsNobodyInTheOthers) {
  connect([this](GroupOptions& o) { o.mapping = {{"All", {group("jira-users")}}}; });
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto all = add_group("All", {ann, ben});
  ldif("dn: " + group_dn("devs") + "\nchangetype: add\nobjectClass: organizationalRole\ncn: devs\n");
  connect([this](GroupOptions& o) { o.mapping = {{"All", {group("jira-users"), group("devs")}}}; });
  change(all, "remove", {ann});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ben"));
  const auto gone = at().groups->remove(all, {}, soon());
  EXPECT_TRUE(gone) << gone.error().detail;
  EXPECT_THAT(people_in("jira-users"), testing::IsEmpty());
}

TEST_F(ExistingGroups, B5_WhoWasInAGroupThatARenameTakesUpStays) {
  make_in_apps("team", {"ann", "byhand"});
  connect([](GroupOptions& o) {
    o.adopt = true;
    o.on_rename = GroupOptions::OnRename::Follow;
  });
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto group = add_group("devs", {ann, ben});
  rename(group, "team");
  EXPECT_THAT(people_in_apps("team"), ElementsAre("ann", "ben", "byhand"));
  rename(group, "ops");
  EXPECT_THAT(people_in_apps("team"), ElementsAre("ann", "byhand"));
  EXPECT_THAT(people_in_apps("ops"), ElementsAre("ann", "ben"));
  converge();  // what was remembered of the group goes
  EXPECT_THAT(people_in_apps("team"), ElementsAre("ann", "byhand"));
  EXPECT_FALSE(converge());
}

TEST_F(ExistingGroups, B4_AConnectionThatStartsToAdoptKeepsItsOwnGroups) {
  connect([](GroupOptions&) {});
  const auto ann = add_user("ann");
  const auto devs = add_group("devs", {ann});
  make_in_apps("team", {"byhand"});
  connect([](GroupOptions& o) { o.adopt = true; });
  EXPECT_TRUE(converge());
  EXPECT_THAT(members(devs), ElementsAre(ann));
  add_group("team", {ann});
  EXPECT_THAT(people_in_apps("team"), ElementsAre("ann", "byhand"));
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
  EXPECT_FALSE(converge());
}

TEST_F(ExistingGroups, B5_WhoWasInAGroupBeforeTheBridgeTookItUpStays) {
  make_in_apps("team", {"eve", "ann", "byhand"});
  connect([](GroupOptions& o) { o.adopt = true; });
  add_user("eve");
  const auto ann = add_user("ann");
  const auto team = add_group("team", {ann});
  EXPECT_FALSE(converge());
  change(team, "remove", {ann});
  EXPECT_FALSE(converge());
  EXPECT_THAT(people_in_apps("team"), testing::IsSupersetOf({"ann", "eve"}));
  connect([](GroupOptions& o) {
    o.adopt = true;
    o.keep_existing_user_groups = false;
  });
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in_apps("team"), testing::Not(testing::Contains("eve")));
  EXPECT_FALSE(converge());
}

}  // namespace
}  // namespace dirbridge::test
