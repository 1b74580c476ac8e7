// Options of groups as the program runs with them: what the identity provider reads back, and what
// Atlassian's reader sees.
#include <gmock/gmock.h>

#include "e2e/bridge.hpp"
#include "e2e/steps.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class GroupOptionScenario : public testing::Test {
 protected:
  static BridgeOptions options() {
    BridgeOptions all;
    all.sites = {{"mapped",
                  {{"groups",
                    {{"mapping", {{"Staff", {"jira-users", "wiki-users"}}, {"Guests", {"wiki-users"}}}},
                     {"on_the_fly", false},
                     {"default_groups", {{"groups", {"everybody"}}, {"for", "new"}}}}}},
                  {}},
                 {"stripped", {}, {{"disable", {{"strip_groups", true}}}}},
                 {"unique", {}, {{"group_class", "groupOfUniqueNames"}}}};
    all.slapd = test::fast_slapd_options();
    return all;
  }
  atlassian::Seen see(const Site& site) {
    auto seen = bridge_.see(site, {}, Secret());
    EXPECT_EQ(seen.exit_code, 0) << seen.text;
    return seen;
  }

  Bridge bridge_{options()};
};

TEST_F(GroupOptionScenario, R08_ProductsSeeTheDirectoryGroupsAndTheProviderItsOwn) {
  const auto& site = bridge_.site("mapped");
  auto client = site.client();
  const auto ann = create_user(client, "ann");
  const auto ben = create_user(client, "ben");
  const auto staff = create_group(client, "Staff", {ann});
  const auto guests = create_group(client, "Guests", {ann, ben});
  const auto other = create_group(client, "Other", {ann});
  auto seen = see(site);
  EXPECT_THAT(seen.members("jira-users"), ElementsAre("ann"));
  EXPECT_THAT(seen.members("wiki-users"), ElementsAre("ann", "ben"));
  EXPECT_THAT(seen.members("everybody"), ElementsAre("ann", "ben"));
  for (const auto* name : {"Staff", "Guests", "Other"}) EXPECT_FALSE(seen.has_group(name)) << name;
  EXPECT_EQ(client.get("/Groups/" + staff).text("displayName"), "Staff");
  EXPECT_THAT(member_ids(client, other), ElementsAre(ann));
  expect_success(client.patch("/Groups/" + guests, remove_members({ann, ben})));
  seen = see(site);
  EXPECT_THAT(seen.members("wiki-users"), ElementsAre("ann")) << "Staff grants it still";
  expect_success(client.patch("/Groups/" + staff, replace("displayName", "People")));
  expect_status(client.remove("/Groups/" + staff), 204);
  seen = see(site);
  EXPECT_THAT(seen.members("jira-users"), IsEmpty());
  EXPECT_TRUE(seen.has_group("jira-users")) << "permissions hang on its name";
  EXPECT_EQ(client.get("/Groups/" + staff).status, 404);
}

TEST_F(GroupOptionScenario, A9_HistorySaysByWhichNameTheMappingKnowsAGroup) {
  const auto& site = bridge_.site("mapped");
  auto client = site.client();
  const auto staff = create_group(client, "Staff", {create_user(client, "ann")});
  expect_success(client.patch("/Groups/" + staff, replace("displayName", "People")));
  EXPECT_THAT(see(site).members("jira-users"), ElementsAre("ann"));
  EXPECT_THAT(bridge_.run_with_config({"history", "jira-users"}),
              HasSubstr(R"(by the group "People" of connection mapped, which the mapping knows as "Staff")"));
  EXPECT_THAT(bridge_.run_with_config({"history", staff}),
              HasSubstr("it keeps the directory groups that the mapping has for Staff"));
}

TEST_F(GroupOptionScenario, B6_ProductsReadGroupsOfUniqueNames) {
  const auto& site = bridge_.site("unique");
  auto client = site.client();
  const auto ann = create_user(client, "ann");
  const auto devs = create_group(client, "devs", {ann, create_user(client, "ben")});
  expect_success(client.patch("/Groups/" + devs, remove_members({ann})));
  EXPECT_THAT(see(site).members("devs"), ElementsAre("ben"));
  EXPECT_THAT(values(bridge_.directory(), site.group_dn("devs"), "uniqueMember"),
              ElementsAre(site.user_dn("ben").str()));
  EXPECT_THAT(bridge_.run_with_config({"history", "ann"}), HasSubstr("removed from devs"));
}

TEST_F(GroupOptionScenario, R08_ARestartChangesNothing) {
  const auto& site = bridge_.site("mapped");
  auto client = site.client();
  const auto ann = create_user(client, "ann");
  const auto staff = create_group(client, "Staff", {ann, "ext-1"});
  bridge_.kill_hard();
  bridge_.start();
  client = site.client();
  expect_status(client.post("/Users", {{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:User"}},
                                       {"userName", "nina"},
                                       {"externalId", "ext-1"}}),
                201);
  EXPECT_THAT(see(site).members("jira-users"), ElementsAre("ann", "nina"));
  EXPECT_EQ(member_ids(client, staff).size(), 2U);
}

TEST_F(GroupOptionScenario, R18_AStrippedUserIsInNoGroupUntilEnabled) {
  const auto& site = bridge_.site("stripped");
  auto client = site.client();
  const auto ann = create_user(client, "ann");
  const auto ben = create_user(client, "ben");
  const auto devs = create_group(client, "devs", {ann, ben});
  expect_success(client.patch("/Users/" + ann, replace("active", false)));
  EXPECT_THAT(values(bridge_.directory(), site.group_dn("devs"), "member"),
              ElementsAre(site.user_dn("ben").str()));
  EXPECT_EQ(member_ids(client, devs).size(), 2U);
  expect_success(client.patch("/Users/" + ann, replace("active", true)));
  EXPECT_THAT(see(site).members("devs"), ElementsAre("ann", "ben"));
}

}  // namespace
}  // namespace dirbridge::e2e
