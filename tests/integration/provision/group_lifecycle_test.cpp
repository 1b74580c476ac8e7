// Default groups, groups in groups, rename, deletion, disabled users (readings 7, 14, 15, 18).
#include "group_option_fixture.hpp"
#include "provision/upkeep/sweep.hpp"
#include "support/name_rule.hpp"

namespace dirbridge::test {
namespace {

using mapping::DefaultGroups;
using mapping::GroupOptions;
using testing::ElementsAre;
using testing::IsEmpty;

class GroupOptionLife : public GroupOption {
 protected:
  Adjust defaults(DefaultGroups::For whom) {
    return [this, whom](GroupOptions& o) { o.defaults = {whom, {group("jira-users")}}; };
  }
  Adjust prefixed(GroupOptions::OnRename on_rename) {
    return [on_rename](GroupOptions& o) {
      o.names = name_rule("(.*)", "idp-$1");
      o.on_rename = on_rename;
    };
  }
};

TEST_F(GroupOptionLife, R07_NewUsersGetTheDefaultGroup) {
  connect([](GroupOptions&) {});
  add_user("old");
  connect(defaults(DefaultGroups::For::New));
  add_user("ann");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_FALSE(converge());
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
}

TEST_F(GroupOptionLife, R07_ExistingUsersGetItWhenTheRuleIsAppliedFirst) {
  connect([](GroupOptions&) {});
  add_user("old");
  connect(defaults(DefaultGroups::For::Existing));
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("jira-users"), ElementsAre("old"));
  add_user("ann");
  EXPECT_FALSE(converge());
  EXPECT_THAT(people_in("jira-users"), ElementsAre("old"));
}

TEST_F(GroupOptionLife, R07_AllMeansBothAndNoneTakesBackOnlyWhatTheRuleGave) {
  connect([](GroupOptions&) {});
  const auto old = add_user("old");
  make_by_hand("jira-users", {"byhand"});
  connect(defaults(DefaultGroups::For::All));
  EXPECT_TRUE(converge());
  add_user("ann");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "byhand", "old"));
  EXPECT_FALSE(converge());
  connect([this](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-users")}}}; });
  add_group("Staff", {old});
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("jira-users"), ElementsAre("byhand", "old"));
  EXPECT_EQ(records("(dirbridgeKind=default)"), 0U);
  EXPECT_FALSE(converge());
}

TEST_F(GroupOptionLife, R07_MappingDoesNotTakeWhatTheDefaultGave) {
  connect([this](GroupOptions& o) {
    o.defaults = {DefaultGroups::For::All, {group("jira-users")}};
    o.mapping = {{"Staff", {group("jira-users")}}};
  });
  const auto ann = add_user("ann");
  const auto staff = add_group("Staff", {ann});
  change(staff, "remove", {ann});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
}

TEST_F(GroupOptionLife, R07_AnotherDefaultGroupTakesThePlaceOfTheOld) {
  connect(defaults(DefaultGroups::For::All));
  add_user("ann");
  connect([this](GroupOptions& o) { o.defaults = {DefaultGroups::For::All, {group("confluence-users")}}; });
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
  EXPECT_THAT(people_in("confluence-users"), ElementsAre("ann"));
  EXPECT_FALSE(converge());
}

TEST_F(GroupOptionLife, R08_GroupsInGroupsAreFlattened) {
  connect([this](GroupOptions& o) {
    o.mapping = {{"All", {group("jira-users")}}, {"Inner", {}}, {"Middle", {}}};
  });
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto inner = add_group("Inner", {ann});
  const auto middle = add_group("Middle", {inner});
  const auto all = add_group("All", {middle, ben});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben"));
  change(inner, "add", {add_user("eve"), all});  // a circle, too
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben", "eve"));
  change(inner, "remove", {ann});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ben", "eve"));
  EXPECT_FALSE(converge());
  change(all, "remove", {middle});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ben"));
  ASSERT_TRUE(at().groups->remove(all, {}, soon()));
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
}

TEST_F(GroupOptionLife, R08_ADeletedInnerGroupTakesItsUsersOut) {
  connect([this](GroupOptions& o) { o.mapping = {{"All", {group("jira-users")}}, {"Inner", {}}}; });
  const auto inner = add_group("Inner", {add_user("ann")});
  const auto all = add_group("All", {inner, add_user("ben")});
  ASSERT_TRUE(at().groups->remove(inner, {}, soon()));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ben"));
  EXPECT_EQ(members(all).size(), 1U);
}

TEST_F(GroupOptionLife, R08_WithFlattenOffNestedGroupsGrantNothing) {
  connect([this](GroupOptions& o) {
    o.mapping = {{"All", {group("jira-users")}}};
    o.flatten = GroupOptions::Flatten::Never;
  });
  const auto inner = add_group("Inner", {add_user("ann")});
  add_group("All", {inner, add_user("ben")});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ben"));
}

TEST_F(GroupOptionLife, R14_AMappedGroupKeepsItsDirectoryNames) {
  connect([this](GroupOptions& o) {
    o.mapping = {{"Staff", {group("jira-users")}}, {"People", {group("jira-users")}}};
    o.on_rename = GroupOptions::OnRename::Follow;
  });
  const auto staff = add_group("Staff", {add_user("ann")});
  rename(staff, "People");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_EQ(shown(staff).at("displayName"), "People");
}

TEST_F(GroupOptionLife, R14_OnTheFlyTheDirectoryNameIsKept) {
  connect(prefixed(GroupOptions::OnRename::Keep));
  const auto devs = add_group("devs", {add_user("ann")});
  rename(devs, "developers");
  EXPECT_THAT(people_in("idp-devs"), ElementsAre("ann"));
  EXPECT_FALSE(has_group("idp-developers"));
  EXPECT_EQ(shown(devs).at("displayName"), "developers");
  change(devs, "add", {add_user("ben")});
  EXPECT_THAT(people_in("idp-devs"), ElementsAre("ann", "ben"));
  EXPECT_FALSE(converge());
  rename(devs, "coders");
  rename(devs, "devs");
  EXPECT_THAT(people_in("idp-devs"), ElementsAre("ann", "ben"));
  EXPECT_FALSE(converge());
}

TEST_F(GroupOptionLife, R14_OnTheFlyTheDirectoryGroupFollows) {
  connect(prefixed(GroupOptions::OnRename::Follow));
  const auto devs = add_group("devs", {add_user("ann")});
  const auto uuid =
      ldap_search(server(), As::Admin, {"-b", group_dn("idp-devs"), "-s", "base", "entryUUID"}).output;
  rename(devs, "developers");
  EXPECT_FALSE(has_group("idp-devs"));
  EXPECT_THAT(people_in("idp-developers"), ElementsAre("ann"));
  const auto now =
      ldap_search(server(), As::Admin, {"-b", group_dn("idp-developers"), "-s", "base", "entryUUID"}).output;
  EXPECT_EQ(uuid.substr(uuid.find("entryUUID")), now.substr(now.find("entryUUID")))
      << "a rename, no new entry";
  EXPECT_FALSE(converge());
}

TEST_F(GroupOptionLife, R14_InDirectModeTheEntryKeepsItsName) {
  connect([](GroupOptions&) {});
  const auto devs = add_group("devs", {add_user("ann")});
  rename(devs, "developers");
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
  EXPECT_FALSE(has_group("developers"));
  EXPECT_EQ(shown(devs).at("displayName"), "developers");
  const auto taken = try_group("developers", {});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, ErrorKind::Uniqueness);
  const auto old_name = try_group("devs", {});
  ASSERT_FALSE(old_name);
  EXPECT_EQ(old_name.error().kind, ErrorKind::Uniqueness);
  const auto other = add_group("others", {});
  const auto renamed = at().groups->patch(
      other, json::parse(R"({"Operations":[{"op":"replace","path":"displayName","value":"Developers"}]})"),
      {}, provision::Members::Leave, soon());
  ASSERT_FALSE(renamed);
  EXPECT_EQ(renamed.error().kind, ErrorKind::Uniqueness);
}

TEST_F(GroupOptionLife, R15_ADeletedGroupIsEmptiedAndKept) {
  connect([](GroupOptions&) {});
  const auto ann = add_user("ann");
  const auto devs = add_group("devs", {ann});
  ldif("dn: " + group_dn("devs") +
       "\nchangetype: modify\nadd: member\nmember: cn=service,dc=example,dc=org\n");
  const auto outer = add_group("outer", {devs});
  ASSERT_TRUE(at().groups->remove(devs, {}, soon()));
  EXPECT_THAT(people_in("devs"), ElementsAre("cn=service,dc=example,dc=org"));
  EXPECT_EQ(at().groups->find(devs, provision::Members::Load, soon()).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(at().groups->remove(devs, {}, soon()).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(at().groups->list({}, soon())->total, 1U);
  EXPECT_THAT(members(outer), IsEmpty());
  ASSERT_TRUE(provision::sweep(at().context, soon()));
  EXPECT_TRUE(has_group("devs"));
  const auto again = add_group("devs", {ann});
  EXPECT_EQ(again, devs) << "a group of that name takes the entry up again";
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "cn=service,dc=example,dc=org"));
  EXPECT_THAT(members(again), ElementsAre(ann));
}

TEST_F(GroupOptionLife, R15_ADeletedGroupDoesNotBlockTheNameThatItKept) {
  connect([](GroupOptions&) {});
  const auto devs = add_group("devs", {add_user("ann")});
  rename(devs, "developers");
  ASSERT_TRUE(at().groups->remove(devs, {}, soon()));
  const auto again = add_group("devs", {});
  EXPECT_EQ(again, devs);
  EXPECT_EQ(shown(again).at("displayName"), "devs");
  EXPECT_TRUE(has_group("devs"));
  EXPECT_FALSE(id_of(*try_group("developers", {})).empty());
}

TEST_F(GroupOptionLife, R15_ADeletedSourceGroupLeavesItsDirectoryGroupEmpty) {
  connect(prefixed(GroupOptions::OnRename::Keep));
  const auto ann = add_user("ann");
  const auto devs = add_group("devs", {ann});
  ASSERT_TRUE(at().groups->remove(devs, {}, soon()));
  EXPECT_TRUE(has_group("idp-devs"));
  EXPECT_THAT(people_in("idp-devs"), IsEmpty());
  EXPECT_EQ(at().groups->list({}, soon())->total, 0U);
  add_group("devs", {ann});
  EXPECT_THAT(people_in("idp-devs"), ElementsAre("ann"));
  EXPECT_FALSE(converge());
}

TEST_F(GroupOptionLife, R15_DeletionAfterDays) {
  for (const bool mapped : {false, true}) {
    const auto after = [mapped](int days) {
      return [mapped, days](GroupOptions& o) {
        if (mapped) o.names = name_rule("(.*)", "idp-$1");
        o.on_delete = GroupOptions::OnDelete::Delete;
        o.delete_after = std::chrono::days(days);
      };
    };
    const std::string entry = mapped ? "idp-crew" : "team";
    const std::string name = mapped ? "crew" : "team";
    connect(after(3));
    const auto team = add_group(name, {add_user(mapped ? "ann" : "ben")});
    ASSERT_TRUE(at().groups->remove(team, {}, soon()));
    EXPECT_THAT(people_in(entry), IsEmpty());
    ASSERT_TRUE(provision::sweep(at().context, soon()));
    EXPECT_TRUE(has_group(entry)) << "three days have not passed";
    const auto back = add_group(name, {});
    EXPECT_EQ(back, team);
    ASSERT_TRUE(at().groups->remove(back, {}, soon()));
    connect(after(0));
    ASSERT_TRUE(provision::sweep(at().context, soon()));
    EXPECT_FALSE(has_group(entry));
    EXPECT_EQ(records("(dirbridgeDeleted=*)"), 0U);
  }
}

TEST_F(GroupOptionLife, R15_DeletionAtOnceSparesWhatOthersUse) {
  connect([](GroupOptions& o) {
    o.names = name_rule("(.*)-(eu|us)", "$1");
    o.merge = true;
    o.on_delete = GroupOptions::OnDelete::Delete;
  });
  const auto eu = add_group("devs-eu", {add_user("ann")});
  const auto us = add_group("devs-us", {add_user("ben")});
  ASSERT_TRUE(at().groups->remove(eu, {}, soon()));
  EXPECT_THAT(people_in("devs"), ElementsAre("ben"));
  ASSERT_TRUE(at().groups->remove(us, {}, soon()));
  EXPECT_FALSE(has_group("devs"));
}

TEST_F(GroupOptionLife, R15_ACrashInADeletionIsFinishedByTheSweep) {
  connect(prefixed(GroupOptions::OnRename::Keep));
  add_group("devs", {add_user("ann")});
  ldif("dn: dirbridgeDisplayName=devs,dirbridgeConnection=okta," + server().bridge_base() +
       "\nchangetype: modify\nadd: dirbridgeDeleted\ndirbridgeDeleted: 20260101000000Z\n");
  EXPECT_THAT(people_in("idp-devs"), ElementsAre("ann"));
  ASSERT_TRUE(provision::sweep(at().context, soon()));
  EXPECT_THAT(people_in("idp-devs"), IsEmpty());
  EXPECT_EQ(records("(dirbridgeDisplayName=devs)"), 0U);
}

TEST_F(GroupOptionLife, R18_ADisabledUserIsStrippedAndComesBack) {
  connect_with([](mapping::Rules& r) { r.disable.strip_groups = true; });
  const auto ann = add_user("ann");
  const auto devs = add_group("devs", {ann, add_user("ben")});
  set_active(ann, false);
  EXPECT_THAT(people_in("devs"), ElementsAre("ben"));
  EXPECT_EQ(members(devs).size(), 2U) << "the provider reads back what it wrote";
  const auto ops = add_group("ops", {ann});
  EXPECT_THAT(people_in("ops"), IsEmpty());
  EXPECT_FALSE(converge());
  set_active(ann, true);
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben"));
  EXPECT_THAT(people_in("ops"), ElementsAre("ann"));
}

TEST_F(GroupOptionLife, R18_WithoutTheOptionADisabledUserKeepsTheGroups) {
  connect([this](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-users")}}}; });
  const auto ann = add_user("ann");
  add_group("Staff", {ann});
  set_active(ann, false);
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
}

// The record was written, the directory group was not, and the identity provider repeats its request.
TEST_F(GroupOptionLife, R08_ARepeatedReplacementBringsWhoTheDirectoryGroupLacks) {
  connect([&](auto& options) { options.mapping = {{"devs", {group("staff")}}}; });
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto devs = add_group("devs", {ann, ben});
  ldif("dn: " + group_dn("staff") + "\nchangetype: modify\ndelete: member\nmember: " + user_dn("ann") + "\n");
  ASSERT_EQ(people_in("staff"), Names{"ben"});
  const json::object body{
      {"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
      {"displayName", "devs"},
      {"members", json::array{json::object{{"value", ann}}, json::object{{"value", ben}}}}};
  ASSERT_TRUE(at().groups->replace(devs, body, {}, soon()));
  EXPECT_EQ(people_in("staff"), (Names{"ann", "ben"}));
}

}  // namespace
}  // namespace dirbridge::test
