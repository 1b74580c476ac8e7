// Filter, mapping, on the fly: which directory groups a group of the identity provider becomes (readings 8
// and 11 to 13).
#include <thread>

#include "group_option_fixture.hpp"

#include "support/name_rule.hpp"

namespace dirbridge::test {
namespace {

using mapping::GroupFilter;
using mapping::GroupOptions;
using provision::Members;
using testing::ElementsAre;
using testing::IsEmpty;

GroupFilter filter(GroupFilter::Mode mode, std::vector<std::string> values) {
  return GroupFilter::make(mode, std::move(values)).value();
}

TEST_F(GroupOption, R08_OneSourceGroupBecomesTwoDirectoryGroups) {
  connect([&](GroupOptions& o) {
    o.mapping = {{"Staff", {group("jira-users"), group("confluence-users")}}};
  });
  const auto ann = add_user("ann");
  const auto staff = add_group("Staff", {ann});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_THAT(people_in("confluence-users"), ElementsAre("ann"));
  EXPECT_FALSE(has_group("Staff"));
  EXPECT_EQ(shown(staff).at("displayName"), "Staff");
  EXPECT_THAT(members(staff), ElementsAre(ann));
  const auto user = at().users->find(ann, Members::Load, soon());
  ASSERT_TRUE(user);
  ASSERT_EQ(user->at("groups").as_array().size(), 1U);
  EXPECT_EQ(user->at("groups").at(0).at("display"), "Staff");
}

TEST_F(GroupOption, R08_AMembershipGoesOnlyWhenNoSourceGroupIsLeft) {
  connect([&](GroupOptions& o) {
    o.mapping = {{"Sales", {group("jira-users")}}, {"Support", {group("jira-users")}}};
  });
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto sales = add_group("Sales", {ann});
  const auto support = add_group("Support", {ann, ben});
  change(sales, "remove", {ann});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben"));
  change(support, "remove", {ann});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ben"));
  ASSERT_TRUE(at().groups->remove(support, {}, soon()));
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
  EXPECT_TRUE(has_group("jira-users"));
}

TEST_F(GroupOption, R08_UnmappedGroupsAreKeptForTheProviderOnly) {
  connect([&](GroupOptions& o) {
    o.mapping = {{"Staff", {group("jira-users")}}};
    o.on_the_fly = false;
  });
  const auto ann = add_user("ann");
  const auto other = add_group("Other", {ann});
  EXPECT_FALSE(has_group("Other"));
  EXPECT_THAT(members(other), ElementsAre(ann));
  provision::Query query;
  query.filter = scim::parse_filter("displayName eq \"other\"", at().groups->type()).value();
  const auto found = at().groups->list(query, soon());
  ASSERT_TRUE(found);
  ASSERT_EQ(found->resources.size(), 1U);
  query.filter = scim::parse_filter("members.value eq \"" + ann + "\"", at().groups->type()).value();
  EXPECT_EQ(at().groups->list(query, soon())->total, 1U);
}

TEST_F(GroupOption, R11_FilteredGroupsStayVisibleToTheProviderAndGetNoEntry) {
  connect([&](GroupOptions& o) { o.filter = filter(GroupFilter::Mode::Prefix, {"jira-"}); });
  const auto ann = add_user("ann");
  const auto in = add_group("Jira-Developers", {ann});
  const auto out = add_group("Payroll", {ann});
  EXPECT_THAT(people_in("Jira-Developers"), ElementsAre("ann"));
  EXPECT_FALSE(has_group("Payroll"));
  EXPECT_THAT(members(out), ElementsAre(ann));
  EXPECT_EQ(at().groups->list({}, soon())->total, 2U);
  EXPECT_NE(in, out);
}

TEST_F(GroupOption, R11_TheFilterSeesTheNameBeforeTheRules) {
  connect([&](GroupOptions& o) {
    o.filter = filter(GroupFilter::Mode::IncludeRegex, {"app-.*"});
    o.names = name_rule("app-(.*)", "$1");
  });
  add_group("app-devs", {});
  add_group("devs2", {});
  EXPECT_TRUE(has_group("devs"));
  EXPECT_FALSE(has_group("app-devs"));
  EXPECT_FALSE(has_group("devs2"));
}

TEST_F(GroupOption, R12_TwoGroupsOfOneDirectoryNameAreRefusedUnlessMerged) {
  connect([&](GroupOptions& o) { o.names = name_rule("(.*)-(eu|us)", "$1"); });
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  add_group("devs-eu", {ann});
  const auto second = try_group("devs-us", {ben});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Uniqueness);
  EXPECT_EQ(second.error().field, "displayName");
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
  EXPECT_EQ(at().groups->list({}, soon())->total, 1U);
  connect([&](GroupOptions& o) {
    o.names = name_rule("(.*)-(eu|us)", "$1");
    o.merge = true;
  });
  const auto us = add_group("devs-us", {ben});
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben"));
  ASSERT_TRUE(at().groups->remove(us, {}, soon()));
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
}

TEST_F(GroupOption, R12_AGroupOnTheFlyDoesNotSlipIntoAMappedOne) {
  connect([&](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-admins")}}}; });
  const auto refused = try_group("jira-admins", {add_user("eve")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Uniqueness);
}

TEST_F(GroupOption, R12_ANameThatTheRulesEmptyIsRefused) {
  connect([&](GroupOptions& o) { o.names = name_rule("x*", ""); });
  const auto refused = try_group("xxx", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::InvalidValue);
  EXPECT_EQ(refused.error().field, "displayName");
}

TEST_F(GroupOption, R13_AMissingGroupIsMadeWithAPlaceholderThatLeavesWithTheFirstMember) {
  connect([&](GroupOptions& o) { o.names = name_rule("(.*)", "x-$1"); });
  const auto devs = add_group("devs", {});
  const auto raw = [&] {
    return ldap_search(server(), As::Reader,
                       {"-b", group_dn("x-devs"), "-s", "base", "member", "objectClass", "cn"})
        .output;
  };
  EXPECT_THAT(raw(), testing::HasSubstr("cn=dirbridge-placeholder"));
  EXPECT_THAT(raw(), testing::HasSubstr("objectClass: groupOfNames"));
  EXPECT_THAT(members(devs), IsEmpty());
  const auto ann = add_user("ann");
  change(devs, "add", {ann});
  EXPECT_THAT(raw(), testing::Not(testing::HasSubstr("placeholder")));
  EXPECT_THAT(people_in("x-devs"), ElementsAre("ann"));
  change(devs, "remove", {ann});
  EXPECT_THAT(raw(), testing::HasSubstr("cn=dirbridge-placeholder"));
}

TEST_F(GroupOption, R13_AnAdministratorsGroupIsATargetAndOnlyItsMembersChange) {
  make_by_hand("jira-users", {});
  connect([&](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-users")}}}; });
  const auto ann = add_user("ann");
  const auto staff = add_group("Staff", {ann});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "cn=somebody,dc=example,dc=org"));
  const auto text = ldap_search(server(), As::Admin, {"-b", group_dn("jira-users"), "-s", "base"}).output;
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("dirbridge")));
  change(staff, "remove", {ann});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("cn=somebody,dc=example,dc=org"));
}

TEST_F(GroupOption, R13_ADeletedDirectoryGroupIsMadeAgainWithEverybody) {
  connect([&](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-users")}}}; });
  const auto staff = add_group("Staff", {add_user("ann")});
  ldif("dn: " + group_dn("jira-users") + "\nchangetype: delete\n");
  change(staff, "add", {add_user("ben")});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben"));
}

TEST_F(GroupOption, R09_ProtectedGroupsAreNeverTouched) {
  make_by_hand("administrators", {"root"});
  connect_with([&](mapping::Rules& rules) {
    rules.protected_entries = {group("administrators")};
    rules.group_options.filter = filter(GroupFilter::Mode::Exclude, {"nothing"});
  });
  const auto eve = add_user("eve");
  const auto admins = add_group("administrators", {eve});
  EXPECT_THAT(people_in("administrators"), ElementsAre("root"));
  EXPECT_THAT(members(admins), ElementsAre(eve)) << "the provider reads back what it wrote";
  converge();
  EXPECT_THAT(people_in("administrators"), ElementsAre("root"));
}

TEST_F(GroupOption, R09_AProtectedGroupFollowsAUsersName) {
  connect_with([&](mapping::Rules& rules) { rules.protected_entries = {group("administrators")}; });
  const auto ann = add_user("ann");
  make_by_hand("administrators", {"ann"});
  ASSERT_TRUE(at().users->patch(
      ann, json::parse(R"({"Operations":[{"op":"replace","path":"userName","value":"anna"}]})"), {},
      Members::Leave, soon()));
  EXPECT_THAT(people_in("administrators"), ElementsAre("anna"));
}

TEST_F(GroupOption, R08_PutReplacesTheListAndTheTargetsFollow) {
  connect([&](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-users")}}}; });
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  const auto eve = add_user("eve");
  const auto staff = add_group("Staff", {ann, ben});
  json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                    {"displayName", "Staff"}};
  body["members"] = json::array{json::object{{"value", ben}}, json::object{{"value", eve}}};
  ASSERT_TRUE(at().groups->replace(staff, body, {}, soon()));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ben", "eve"));
  body["members"] = json::array{};
  ASSERT_TRUE(at().groups->replace(staff, body, {}, soon()));
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
  EXPECT_EQ(records("(dirbridgeKind=ended)"), 0U);
}

TEST_F(GroupOption, R08_PendingMembersReachTheTargetsWhenTheyArrive) {
  connect([&](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-users")}}}; });
  const auto staff = add_group("Staff", {"ext-9"});
  EXPECT_THAT(members(staff), ElementsAre("ext-9"));
  ASSERT_TRUE(at().users->create(
      json::parse(
          R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"nina","externalId":"ext-9"})"),
      soon()));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("nina"));
}

TEST_F(GroupOption, R16_ARenamedUserStaysInSourceAndDirectoryGroups) {
  connect([&](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-users")}}}; });
  const auto ann = add_user("ann");
  const auto staff = add_group("Staff", {ann});
  ASSERT_TRUE(at().users->patch(
      ann, json::parse(R"({"Operations":[{"op":"replace","path":"userName","value":"anna"}]})"), {},
      Members::Leave, soon()));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("anna"));
  EXPECT_THAT(members(staff), ElementsAre(ann));
  EXPECT_FALSE(converge());
}

TEST_F(GroupOption, R16_ADeletedUserLeavesSourceAndDirectoryGroups) {
  connect([&](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-users")}}}; });
  const auto ann = add_user("ann");
  const auto staff = add_group("Staff", {ann, add_user("ben")});
  ASSERT_TRUE(at().users->remove(ann, {}, soon()));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ben"));
  EXPECT_EQ(members(staff).size(), 1U);
}

TEST_F(GroupOption, R08_ParallelPatchesOfTwoSourcesOfOneGroupEndRight) {
  connect([&](GroupOptions& o) {
    o.mapping = {{"Sales", {group("jira-users")}}, {"Support", {group("jira-users")}}};
  });
  Names ids;
  for (int i = 0; i < 12; ++i) ids.push_back(add_user("u" + std::to_string(10 + i)));
  const auto sales = add_group("Sales", ids);
  const auto support = add_group("Support", {});
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    threads.emplace_back([&, i] { change(sales, "remove", {ids[i]}); });
    if (i % 2 == 0) threads.emplace_back([&, i] { change(support, "add", {ids[i]}); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(people_in("jira-users"), ElementsAre("u10", "u12", "u14", "u16", "u18", "u20"));
  EXPECT_THAT(members(sales), IsEmpty());
  EXPECT_EQ(records("(dirbridgeKind=ended)"), 0U);
  EXPECT_EQ(records("(dirbridgeKind=by-hand)"), 0U);
  EXPECT_FALSE(converge());
}

}  // namespace
}  // namespace dirbridge::test
