// What the directory does not accept: a value is the client's to mend (400), anything else the
// administrator's (500, and a line in the log); either way nothing is acknowledged and nothing is changed.
#include <gmock/gmock.h>

#include "e2e/steps.hpp"
#include "http/client.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kDatabase = "olcDatabase={1}mdb,cn=config";

// A server of its own for each test: its configuration is changed.
class Refusal : public testing::Test {
 protected:
  Refusal() : bridge_(options()), site_(bridge_.site("idp")), client_(site_.client()) {}

  static BridgeOptions options() {
    auto slapd = test::fast_slapd_options();
    slapd.ldapi = true;
    return {{{"idp", {}, {}}}, slapd, {}};
  }

  void configure(const std::string& ldif) {
    const auto done = test::run_command(
        {"ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", bridge_.slapd().ldapi_uri()}, ldif, {"LDAPNOINIT=1"});
    ASSERT_EQ(done.exit_code, 0) << done.output;
  }
  // The rule comes before all others.
  void restrict_access(const std::string& what, const std::string& level) {
    configure(std::string("dn: ") + kDatabase + "\nchangetype: modify\nadd: olcAccess\nolcAccess: {0}to " +
              what + " by dn.exact=\"" + bridge_.slapd().bridge_dn() + "\" " + level + " by * break\n");
  }
  void lift_restriction() {
    configure(std::string("dn: ") + kDatabase + "\nchangetype: modify\ndelete: olcAccess\nolcAccess: {0}\n");
  }
  std::string users_subtree() const { return "dn.subtree=\"" + site_.user_base + "\""; }

  void expect_denied(const Answer& answer, const std::string& reason) {
    EXPECT_EQ(answer.status, 500) << answer.body;
    EXPECT_EQ(answer.text("status"), "500");
    EXPECT_FALSE(answer.json.as_object().contains("scimType"));
    EXPECT_THAT(answer.text("detail"), HasSubstr(reason));
    EXPECT_THAT(bridge_.log(), HasSubstr("directory_denied"));
    EXPECT_THAT(bridge_.log(), HasSubstr(reason));
    EXPECT_THAT(bridge_.log(), HasSubstr("dirbridge check"));
  }
  void expect_refused(const Answer& answer, const std::string& reason) {
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_EQ(answer.text("scimType"), "invalidValue");
    EXPECT_THAT(answer.text("detail"), HasSubstr(reason));
    EXPECT_THAT(bridge_.log(), testing::Not(HasSubstr("directory_denied")));
  }
  // What the products read; below the bridge base the budget is written now and then.
  std::string everything() {
    return dump(bridge_.directory(), site_.user_base) + dump(bridge_.directory(), site_.group_base);
  }

  Bridge bridge_;
  const Site& site_;
  ScimClient client_;
};

TEST_F(Refusal, WithoutWriteAccessNothingChangesAndTheAdministratorIsTold) {
  const auto ann = create_user(client_, "ann");
  const auto group = create_group(client_, "devs", {ann});
  restrict_access(users_subtree(), "read");
  const auto before = everything();
  expect_denied(client_.post("/Users", user_resource("ben")), "insufficientAccessRights");
  expect_denied(client_.patch("/Users/" + ann, operation("replace", "title", "x")),
                "insufficientAccessRights");
  expect_denied(client_.patch("/Users/" + ann, operation("replace", "active", false)),
                "insufficientAccessRights");
  expect_denied(client_.put("/Users/" + ann, user_resource("ann", {{"title", "x"}})),
                "insufficientAccessRights");
  EXPECT_EQ(everything(), before);
  EXPECT_EQ(client_.get("/Users/" + ann).status, 200) << "reading goes on";
  EXPECT_EQ(client_.patch("/Users/" + ann, operation("replace", "active", true)).status, 200)
      << "as it is already";
  lift_restriction();
  EXPECT_EQ(client_.patch("/Users/" + ann, operation("replace", "title", "x")).status, 200);
  EXPECT_EQ(client_.post("/Users", user_resource("ben")).status, 201) << "a repeated request succeeds";
}

TEST_F(Refusal, ARefusedDeletionKeepsTheMemberships) {
  const auto ann = create_user(client_, "ann");
  const auto group = create_group(client_, "devs", {ann});
  restrict_access(users_subtree(), "read");
  expect_denied(client_.remove("/Users/" + ann), "insufficientAccessRights");
  EXPECT_EQ(client_.get("/Users/" + ann).status, 200);
  EXPECT_THAT(member_ids(client_, group), ElementsAre(ann));
  lift_restriction();
  EXPECT_EQ(client_.remove("/Users/" + ann).status, 204);
}

TEST_F(Refusal, ARefusedRenameKeepsNameAndMemberships) {
  const auto ann = create_user(client_, "ann");
  create_group(client_, "devs", {ann});
  restrict_access(users_subtree() + " attrs=uid", "read");
  expect_denied(client_.patch("/Users/" + ann, operation("replace", "userName", "anna")),
                "insufficientAccessRights");
  EXPECT_EQ(client_.get("/Users/" + ann).text("userName"), "ann");
  EXPECT_THAT(values(bridge_.directory(), site_.group_dn("devs"), "member"),
              ElementsAre(site_.user_dn("ann").str()));
  lift_restriction();
  EXPECT_EQ(client_.patch("/Users/" + ann, operation("replace", "userName", "anna")).status, 200);
}

TEST_F(Refusal, OneAttributeThatMayNotBeWrittenIsNotLeftOutInSilence) {
  const auto ann = create_user(client_, "ann");
  restrict_access(users_subtree() + " attrs=title", "read");
  expect_denied(client_.patch("/Users/" + ann, operation("replace", "title", "x")),
                "insufficientAccessRights");
  EXPECT_FALSE(client_.get("/Users/" + ann).json.as_object().contains("title"));
  EXPECT_EQ(client_.patch("/Users/" + ann, operation("replace", "displayName", "Ann")).status, 200);
}

TEST_F(Refusal, GroupsTheSame) {
  const auto ann = create_user(client_, "ann");
  const auto group = create_group(client_, "devs");
  restrict_access("dn.subtree=\"" + site_.group_base + "\"", "read");
  expect_denied(client_.patch("/Groups/" + group, add_members({ann})), "insufficientAccessRights");
  expect_denied(client_.post("/Groups", {{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                                         {"displayName", "ops"}}),
                "insufficientAccessRights");
  EXPECT_THAT(member_ids(client_, group), testing::IsEmpty());
}

TEST_F(Refusal, AReadOnlyDirectoryIsTheAdministratorsMatter) {
  const auto ann = create_user(client_, "ann");
  configure(std::string("dn: ") + kDatabase +
            "\nchangetype: modify\nreplace: olcReadOnly\nolcReadOnly: TRUE\n");
  expect_denied(client_.patch("/Users/" + ann, operation("replace", "title", "x")), "unwillingToPerform");
  expect_denied(client_.post("/Users", user_resource("ben")), "unwillingToPerform");
  EXPECT_EQ(client_.get("/Users/" + ann).status, 200);
  configure(std::string("dn: ") + kDatabase +
            "\nchangetype: modify\nreplace: olcReadOnly\nolcReadOnly: FALSE\n");
  EXPECT_EQ(client_.patch("/Users/" + ann, operation("replace", "title", "x")).status, 200);
}

TEST_F(Refusal, AConstraintOfTheDirectoryIsForTheClientToMeet) {
  const auto ann = create_user(client_, "ann");
  configure(
      "dn: cn=module{0},cn=config\nchangetype: modify\nadd: olcModuleLoad\nolcModuleLoad: constraint\n");
  configure(std::string("dn: olcOverlay=constraint,") + kDatabase +
            "\nchangetype: add\nobjectClass: olcOverlayConfig\nobjectClass: olcConstraintConfig\n"
            "olcOverlay: constraint\nolcConstraintAttribute: title regex ^[A-Z]\n");
  expect_refused(client_.patch("/Users/" + ann, operation("replace", "title", "clerk")),
                 "constraintViolation");
  expect_refused(client_.post("/Users", user_resource("ben", {{"title", "clerk"}})), "constraintViolation");
  EXPECT_FALSE(client_.get("/Users/" + ann).json.as_object().contains("title"));
  EXPECT_EQ(client_.patch("/Users/" + ann, operation("replace", "title", "Clerk")).status, 200);
}

TEST_F(Refusal, WhatAnAttributeCannotHoldStaysInTheRecord) {
  const auto ann = create_user(client_, "ann");
  for (const auto* number : {"\xe2\x98\x8e 123", "m\xc3\xbcller"}) {
    const boost::json::array phones{boost::json::object{{"type", "work"}, {"value", number}}};
    const auto answer = client_.patch("/Users/" + ann, operation("replace", "phoneNumbers", phones));
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.json.at("phoneNumbers").at(0).at("value").as_string(), number);
    EXPECT_THAT(values(bridge_.directory(), site_.user_dn("ann"), "telephoneNumber"), testing::IsEmpty());
  }
}

TEST_F(Refusal, R1_AGroupThatMayNotBeWrittenKeepsNobodyActive) {
  const auto vera = create_user(client_, "vera");
  const auto ben = create_user(client_, "ben");
  const auto by_hand = site_.group_dn("team");
  ASSERT_EQ(test::ldap_add(bridge_.slapd(), test::As::Admin,
                           "dn: " + by_hand.str() + "\nobjectClass: groupOfNames\ncn: team\nmember: " +
                               site_.user_dn("vera").str() + "\n")
                .exit_code,
            0);
  create_group(client_, "devs", {vera, ben});
  restrict_access("dn.subtree=\"" + site_.group_base + "\"", "read");
  expect_denied(client_.patch("/Users/" + vera, operation("replace", "userName", "vera2")),
                "insufficientAccessRights");
  EXPECT_EQ(client_.patch("/Users/" + vera, operation("replace", "active", false)).status, 200);
  EXPECT_EQ(client_.remove("/Users/" + ben).status, 204);
  for (const auto* name : {"vera", "ben"})
    EXPECT_THAT(values(bridge_.directory(), site_.user_dn(name), "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_EQ(client_.remove("/Users/" + vera).status, 204);
  EXPECT_THAT(bridge_.log(), HasSubstr("disable_incomplete"));
}

TEST(UnknownLock, R1_KeepsNobodyFromBeingDisabled) {
  for (const auto* lock : {"ppolicy_lock", "account_lock"}) {
    const json::object locked{{"disable", {{"mark", true}, {lock, true}}}};
    Bridge bridge({{{"idp", {}, locked}}, test::fast_slapd_options(), {}});
    auto client = bridge.site("idp").client();
    const auto ann = create_user(client, "ann");
    const auto ben = create_user(client, "ben");
    EXPECT_EQ(client.patch("/Users/" + ann, operation("replace", "active", false)).status, 200) << lock;
    EXPECT_EQ(client.remove("/Users/" + ben).status, 204) << lock;
    EXPECT_EQ(client.get("/Users/" + ann).json.at("active"), json::value(false));
    EXPECT_THAT(bridge.log(), HasSubstr("disable_incomplete")) << lock;
  }
}

// Where disabled users go is none of what the bridge needs to be ready.
TEST(MissingPlace, R1_KeepsNobodyFromBeingDisabledSinceTheStart) {
  const auto slapd = test::fast_slapd_options();
  const json::object plain{};
  Bridge bridge({{{"idp", {}, plain}}, slapd, {}});
  auto client = bridge.site("idp").client();
  const auto ann = create_user(client, "ann");
  const auto ben = create_user(client, "ben");
  bridge.stop();
  const json::object aside{
      {"disable", {{"mark", false}, {"move_to", "ou=nowhere," + slapd::names_of(slapd).value().suffix}}}};
  bridge.configure({{{"idp", {}, aside}}, slapd, {}});
  bridge.start();
  auto again = bridge.site("idp").client();
  EXPECT_EQ(again.patch("/Users/" + ann, operation("replace", "active", false)).status, 200);
  EXPECT_EQ(again.remove("/Users/" + ben).status, 204);
  EXPECT_EQ(again.get("/Users/" + ann).json.at("active"), json::value(false));
  const auto ready = http::make_client({})->send({"GET", bridge.admin_url() + "/readyz", {}, {}},
                                                 deadline_in(std::chrono::seconds(5)));
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->status, 200U);
  EXPECT_THAT(ready->body, HasSubstr("ou=nowhere"));
  EXPECT_THAT(bridge.log(), HasSubstr("move_to_missing"));
  EXPECT_THAT(bridge.log(), HasSubstr("disable_incomplete"));
}

}  // namespace
}  // namespace dirbridge::e2e
