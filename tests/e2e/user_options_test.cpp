// Ways to disable and to delete users, as the configuration names them and as an Atlassian product sees them.
#include <gmock/gmock.h>

#include "e2e/steps.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class UserOption : public testing::Test {
 public:
  static void SetUpTestSuite() {
    const auto slapd = test::fast_slapd_options();
    const auto base = slapd::names_of(slapd).value().user_base;
    const json::object aside{{"disable", {{"mark", false}, {"move_to", "ou=leavers," + base}}}};
    const json::object deleting{{"disable", {{"delete", true}}}};
    const json::object rules{
        {"users",
         {{"name_rules", json::array{json::object{{"match", "(.*)@.*"}, {"replace", "$1"}}}},
          {"name_case", "lower"},
          {"bad_characters", "refuse"},
          {"attributes", {{"displayName", "{name.familyName}, {name.givenName}"}}}}}};
    bridge_ = std::make_unique<Bridge>(
        BridgeOptions{{{"leavers", {}, {}},
                       {"marked", {}, {}},
                       {"moved", {}, aside},
                       {"removed", {}, deleting},
                       {"deleting", {{"users", {{"on_delete", "delete"}}}}, {}},
                       {"keeping", {{"users", {{"on_delete", "keep"}}}}, {}},
                       {"named", rules, {}},
                       {"outside", {{"users", {{"import", false}}}}, {}},
                       {"strict", {{"users", {{"import", false}, {"not_imported", "refuse"}}}}, {}}},
                      slapd,
                      {}});
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(bridge_->stop(), 0);
    bridge_.reset();
  }

 protected:
  static atlassian::Seen see(const Site& site) {
    auto seen = synchronise(site);
    EXPECT_EQ(seen.exit_code, 0) << seen.text;
    return seen;
  }
  // For groups with members that have no entry, which products pass over and the reader's strictest check
  // does not.
  static atlassian::Seen synchronise(const Site& site) {
    auto seen = bridge_->see(site, {}, Secret());
    EXPECT_EQ(seen.json.at("synchronises"), true) << seen.text;
    EXPECT_THAT(seen.json.at("failures").as_array(), IsEmpty()) << seen.text;
    return seen;
  }
  static std::unique_ptr<Bridge> bridge_;
};
std::unique_ptr<Bridge> UserOption::bridge_;

class WayToDisable : public UserOption, public testing::WithParamInterface<const char*> {};

TEST_P(WayToDisable, R17_R19_HidesFromProductsAndBringsBackWithGroups) {
  const auto& site = bridge_->site(GetParam());
  auto client = site.client();
  const auto ann = create_user(client, "ann");
  const auto group = create_group(client, "devs", {ann, create_user(client, "ben")});
  expect_success(client.patch("/Users/" + ann, replace("active", false)));
  auto seen = site.name == "removed" ? synchronise(site) : see(site);
  EXPECT_THAT(seen.user_names(), ElementsAre("ben"));
  EXPECT_THAT(seen.members("devs"), ElementsAre("ben"));
  EXPECT_EQ(client.get("/Users/" + ann).json.at("active"), false);
  EXPECT_EQ(member_ids(client, group).size(), 2U);
  expect_success(client.patch("/Users/" + ann, replace("active", true)));
  seen = see(site);
  EXPECT_THAT(seen.user_names(), UnorderedElementsAre("ann", "ben"));
  EXPECT_THAT(seen.members("devs"), UnorderedElementsAre("ann", "ben"));
  EXPECT_EQ(client.get("/Users/" + ann).text("userName"), "ann");
  expect_status(client.remove("/Users/" + ann), 204);
  EXPECT_EQ(client.get("/Users/" + ann).status, 404);
  seen = see(site);
  EXPECT_THAT(seen.user_names(), ElementsAre("ben"));
  EXPECT_EQ(create_user(client, "ann"), ann) << "who comes back is the same";
  EXPECT_THAT(see(site).user_names(), UnorderedElementsAre("ann", "ben"));
}

INSTANTIATE_TEST_SUITE_P(Each, WayToDisable, testing::Values("marked", "moved", "removed"),
                         [](const auto& instance) { return std::string(instance.param); });

TEST_F(UserOption, R01_DeletedForGood) {
  const auto& site = bridge_->site("deleting");
  auto client = site.client();
  const auto ann = create_user(client, "ann");
  create_group(client, "devs", {ann, create_user(client, "ben")});
  expect_status(client.remove("/Users/" + ann), 204);
  EXPECT_FALSE(exists(bridge_->directory(), site.user_dn("ann")));
  EXPECT_THAT(see(site).members("devs"), ElementsAre("ben"));
  EXPECT_NE(create_user(client, "ann"), ann);
}

TEST_F(UserOption, R01_KeptForTheAdministrator) {
  const auto& site = bridge_->site("keeping");
  auto client = site.client();
  const auto ann = create_user(client, "ann");
  create_group(client, "devs", {ann});
  expect_status(client.remove("/Users/" + ann), 204);
  EXPECT_EQ(client.get("/Users/" + ann).status, 404);
  EXPECT_THAT(see(site).members("devs"), ElementsAre("ann"));
  EXPECT_EQ(client.post("/Users", user_resource("ann")).status, 409) << "it is the administrator's now";
}

TEST_F(UserOption, R05_R06_NamesAndAttributesByRules) {
  const auto& site = bridge_->site("named");
  auto client = site.client();
  const auto ann =
      create_user(client, "Ann@example.org", {{"name", {{"givenName", "Ann"}, {"familyName", "Lee"}}}});
  const auto seen = see(site);
  EXPECT_THAT(seen.user_names(), ElementsAre("ann"));
  EXPECT_THAT(values(bridge_->directory(), site.user_dn("ann"), "displayName"), ElementsAre("Lee, Ann"));
  EXPECT_EQ(client.get("/Users/" + ann).text("userName"), "Ann@example.org");
  const auto same = client.post("/Users", user_resource("ann@example.com"));
  EXPECT_EQ(same.status, 409);
  EXPECT_EQ(same.text("scimType"), "uniqueness");
  EXPECT_THAT(same.text("detail"), HasSubstr("userName"));
  for (const auto* name : {"@example.org", "a/b@example.org"}) {
    const auto refused = client.post("/Users", user_resource(name));
    EXPECT_EQ(refused.status, 400) << name;
    EXPECT_EQ(refused.text("scimType"), "invalidValue");
    EXPECT_THAT(refused.text("detail"), HasSubstr("userName"));
  }
  EXPECT_THAT(bridge_->log(), HasSubstr("\"event\":\"conflict\""));
  EXPECT_EQ(client.get("/Users").json.at("totalResults"), 1);
}

TEST_F(UserOption, R03_NotImportedIsSuccessAndInvisible) {
  const auto& site = bridge_->site("outside");
  auto client = site.client();
  const auto ann = create_user(client, "ann", {{"externalId", "e-1"}});
  const auto group = create_group(client, "devs", {ann});
  EXPECT_EQ(member_ids(client, group).size(), 1U);
  const auto seen = synchronise(site);
  EXPECT_THAT(seen.user_names(), IsEmpty());
  EXPECT_THAT(seen.members("devs"), IsEmpty());
  EXPECT_EQ(client.get("/Users").json.at("totalResults"), 1);
  const auto strict = bridge_->site("strict").client().post("/Users", user_resource("ann"));
  EXPECT_EQ(strict.status, 403);
}

}  // namespace
}  // namespace dirbridge::e2e
