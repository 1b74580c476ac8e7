// `dirbridge plan` shows what a changed configuration would do, `dirbridge apply` does it, and once is
// enough.
#include <gmock/gmock.h>

#include "e2e/steps.hpp"
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

  std::string everything() { return dump(bridge_.directory(), bridge_.slapd().suffix()); }
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
