// `dirbridge plan` shows what a changed configuration would do, `dirbridge apply` does it, and once is
// enough.
#include <gmock/gmock.h>

#include "e2e/steps.hpp"
#include "http/client.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

BridgeOptions options(const json::object& connection) {
  return {{{"site", connection, {}}}, test::fast_slapd_options(), {}};
}

class Plan : public testing::Test {
 protected:
  Plan() : bridge_(options({})), site_(bridge_.site("site")) {}

  // But for what was spent of the budgets, which the bridge writes down when it has the time.
  std::string everything() {
    auto text = dump(bridge_.directory(), bridge_.slapd().suffix());
    const auto spent = text.find(R"({"spent)");
    if (spent == std::string::npos) return text;
    const auto from = text.rfind("\n\n", spent);
    return text.erase(from, text.find("\n\n", spent) - from);
  }
  std::string plan() { return bridge_.run_with_config({"plan", "site"}); }
  std::string apply() { return bridge_.run_with_config({"apply", "site", "--yes"}); }
  void reconfigure(const json::object& connection) {
    EXPECT_EQ(bridge_.stop(), 0);
    bridge_.configure(options(connection));
    bridge_.start();
  }
  std::vector<std::string> members(const std::string& group) {
    return values(bridge_.directory(), site_.group_dn(group), "member");
  }

  Bridge bridge_;
  const Site& site_;
};

TEST_F(Plan, IsEmptyAsLongAsNothingIsConfiguredAnew) {
  auto client = site_.client();
  create_group(client, "devs", {create_user(client, "ann@example.org")});
  EXPECT_THAT(plan(), HasSubstr("0 changes"));
  const auto before = everything();
  EXPECT_THAT(apply(), HasSubstr("1 users and 1 groups looked at, 0 changed"));
  EXPECT_EQ(everything(), before);
}

TEST_F(Plan, OfNewLoginNamesRenamesAndAGroupKeepsItsMembers) {
  auto client = site_.client();
  const auto ann = create_user(client, "ann@example.org");
  const auto devs = create_group(client, "devs", {ann});
  reconfigure(
      {{"users", {{"name_rules", json::array{json::object{{"match", "(.*)@.*"}, {"replace", "$1"}}}}}}});
  const auto before = everything();
  EXPECT_THAT(plan(), AllOf(HasSubstr("rename uid=ann@example.org,"), HasSubstr("to uid=ann"),
                            HasSubstr("1 rename")));
  EXPECT_EQ(everything(), before) << "a plan changes nothing";

  EXPECT_THAT(apply(), HasSubstr("1 changed"));
  EXPECT_THAT(members("devs"), ElementsAre(site_.user_dn("ann").str()));
  const auto after = everything();
  EXPECT_THAT(plan(), HasSubstr("0 changes"));
  EXPECT_THAT(apply(), HasSubstr(" 0 changed"));
  EXPECT_EQ(everything(), after) << "a second time writes nothing";
  auto again = bridge_.site("site").client();
  EXPECT_EQ(again.get("/Users/" + ann).json.at("userName"), "ann@example.org");
  EXPECT_THAT(member_ids(again, devs), ElementsAre(ann));
}

TEST_F(Plan, A2_SaysWhichNameCannotBeGivenAndDoesTheRest) {
  auto client = site_.client();
  create_user(client, "ann@example.org");
  create_user(client, "bob@example.org");
  ASSERT_EQ(test::ldap_add(bridge_.slapd(), test::As::Admin,
                           "dn: " + site_.user_dn("ann").str() +
                               "\nobjectClass: inetOrgPerson\nuid: ann\ncn: Ann\nsn: Ann\n")
                .exit_code,
            0);
  reconfigure(
      {{"users", {{"name_rules", json::array{json::object{{"match", "(.*)@.*"}, {"replace", "$1"}}}}}}});
  EXPECT_THAT(plan(), AllOf(HasSubstr("to uid=bob"), Not(HasSubstr("to uid=ann"))));
  EXPECT_THAT(apply(), HasSubstr("1 changed"));
  EXPECT_THAT(bridge_.run_with_config({"history", "ann@example.org"}),
              HasSubstr("userName left as it is, userName ann@example.org: the entry " +
                        site_.user_dn("ann").str() + " has the name"));
}

// Over each of the ways in which identity providers write.
TEST_F(Plan, R1_DisablingIsNotRefusedForWhatStandsBesideIt) {
  auto client = site_.client();
  ScimClient old(site_.scim_url.substr(0, site_.scim_url.size() - 1) + "1", site_.token);
  const auto ann = create_user(client, "ann");
  const auto ben = create_user(client, "ben");
  const auto cay = create_user(client, "cay");
  const json::array operations{json::object{{"op", "replace"}, {"path", "nowhere"}, {"value", 1}},
                               json::object{{"op", "replace"}, {"path", "active"}, {"value", false}}};
  expect_status(client.patch("/Users/" + ann, operations), 200);
  const json::object bulk{{"schemas", {"urn:ietf:params:scim:api:messages:2.0:BulkRequest"}},
                          {"Operations", json::array{json::object{{"method", "PATCH"},
                                                                  {"path", "/Users/" + ben},
                                                                  {"data", patch_message(operations)}}}}};
  EXPECT_THAT(client.post("/Bulk", bulk).body, HasSubstr("\"200\""));
  const auto sent = old.try_send(
      "PATCH", "/Users/" + cay, {},
      R"({"schemas":["urn:scim:schemas:core:1.0"],"active":false,"emails":[{"operation":"explode"}]})",
      deadline_in(std::chrono::seconds(20)));
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->status, 200) << sent->body;
  for (const auto* name : {"ann", "ben", "cay"}) {
    EXPECT_THAT(values(bridge_.directory(), site_.user_dn(name), "dirbridgeActive"), ElementsAre("FALSE"));
    EXPECT_THAT(bridge_.run_with_config({"history", name}), HasSubstr("left as it is")) << name;
  }
}

TEST_F(Plan, D1_NothingIsSaidOfPeopleWhoAreOutOfSight) {
  auto client = site_.client();
  create_group(client, "devs", {create_user(client, "ann")});
  const auto people = directory::Dn::parse(site_.user_base).value();
  const directory::Rdn away("ou", "away");
  const auto rename = [&](const directory::Dn& dn, const directory::Rdn& to) {
    const auto done = bridge_.directory().apply({directory::Rename{dn, to, std::nullopt}, "by hand"}, {},
                                                deadline_in(std::chrono::seconds(20)));
    ASSERT_TRUE(done) << done.error().detail;
  };
  const auto ready = [&] {
    return http::make_client({})->send({"GET", bridge_.admin_url() + "/readyz", {}, {}},
                                       deadline_in(std::chrono::seconds(20)));
  };
  rename(people, away);
  const auto before = everything();
  for (const std::vector<std::string>& command : std::initializer_list<std::vector<std::string>>{
           {"plan", "site"}, {"apply", "site", "--yes"}, {"held", "list", "--connection", "site"}}) {
    std::string said = "nothing";
    try {
      bridge_.run_with_config(command);
    } catch (const std::runtime_error& failure) {
      said = failure.what();
    }
    EXPECT_THAT(said, HasSubstr(site_.user_base + " does not exist")) << command[0];
  }
  EXPECT_EQ(everything(), before);
  const auto answer = ready();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503U);
  EXPECT_THAT(answer->body, HasSubstr(site_.user_base));
  rename(people.parent().child(away), people.rdn());
  EXPECT_THAT(plan(), HasSubstr("0 changes"));
  EXPECT_EQ(ready()->status, 200U);
}

TEST_F(Plan, OfAMappingMovesMembersAndKeepsIds) {
  auto client = site_.client();
  const auto ann = create_user(client, "ann");
  const auto ben = create_user(client, "ben");
  const auto devs = create_group(client, "Developers", {ann, ben});
  const auto sales = create_group(client, "Sales", {ben});
  const json::object mapping{
      {"groups", {{"mapping", {{"Developers", {"jira-users"}}, {"Sales", {"jira-users", "jira-sales"}}}}}}};
  reconfigure(mapping);
  const auto before = everything();
  EXPECT_THAT(plan(), AllOf(HasSubstr("add cn=jira-users,"), HasSubstr("add cn=jira-sales,")));
  EXPECT_EQ(everything(), before);
  apply();
  EXPECT_THAT(members("jira-users"),
              UnorderedElementsAre(site_.user_dn("ann").str(), site_.user_dn("ben").str()));
  EXPECT_THAT(members("jira-sales"), ElementsAre(site_.user_dn("ben").str()));
  const auto after = everything();
  EXPECT_THAT(plan(), HasSubstr("0 changes"));
  EXPECT_THAT(apply(), HasSubstr(" 0 changed"));
  EXPECT_EQ(everything(), after);
  auto again = bridge_.site("site").client();
  EXPECT_EQ(again.get("/Groups/" + devs).json.at("displayName"), "Developers");
  EXPECT_THAT(member_ids(again, sales), ElementsAre(ben));
  const auto seen = bridge_.see(site_, {}, Secret());
  EXPECT_EQ(seen.exit_code, 0) << seen.text;
}

TEST_F(Plan, B5_ApplyTakesNothingAwayWithoutAYes) {
  auto client = site_.client();
  create_group(client, "Developers", {create_user(client, "ann"), create_user(client, "ben")});
  reconfigure({{"groups", {{"mapping", {{"Developers", {"jira-users"}}}}}}});
  const auto before = everything();
  EXPECT_THAT(plan(), HasSubstr("This ends 2 memberships"));
  EXPECT_THROW(bridge_.run_with_config({"apply", "site"}), std::runtime_error);
  EXPECT_EQ(everything(), before);
  EXPECT_THAT(apply(), HasSubstr("This ends 2 memberships"));
  EXPECT_THAT(members("Developers"), ElementsAre("cn=dirbridge-placeholder"));
  EXPECT_THAT(bridge_.run_with_config({"apply", "site"}), HasSubstr(" 0 changed")) << "nothing is taken away";
}

TEST_F(Plan, AsLdifIsWhatApplyDoes) {
  auto client = site_.client();
  create_user(client, "ann@example.org");
  reconfigure({{"users", {{"attributes", {{"title", {{"constant", "Colleague"}}}}}}}});
  const auto ldif = bridge_.run_with_config({"plan", "site", "--ldif"});
  EXPECT_THAT(ldif, AllOf(HasSubstr("changetype: modify"), HasSubstr("title: Colleague")));
  apply();
  EXPECT_THAT(values(bridge_.directory(), site_.user_dn("ann@example.org"), "title"),
              ElementsAre("Colleague"));
}

}  // namespace
}  // namespace dirbridge::e2e
