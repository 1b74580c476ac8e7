// Active Directory as the products know it: users log in with sAMAccountName, are shown as inactive when they
// are disabled, and are kept by objectGUID. What is the same everywhere, the scenarios show
// (e2e_scenario_samba).
#include <gmock/gmock.h>

#include "e2e/steps.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

BridgeOptions options() {
  const json::object directory{{"password", "server_hash"},
                               {"disable", {{"mark", false}, {"account_lock", true}}}};
  const json::object connection{{"users", {{"adopt", {"userName"}}}},
                                {"groups", {{"on_delete", "delete"}, {"on_rename", "follow"}}},
                                {"guard", {{"enabled", false}}}};
  const json::object mapping{
      {"users", {{"adopt", {"userName"}}, {"on_delete", "delete"}, {"delete_after_days", 0}}},
      {"groups", {{"mapping", {{"Engineers", {"engineering"}}}}}},
      {"guard", {{"enabled", false}}}};
  const json::object keeping{{"users", {{"adopt", {"userName"}}, {"on_delete", "keep"}}}};
  auto named = directory;
  named["user_rdn"] = "cn={displayName}";
  return {{{"main", connection, directory},
           {"mapped", mapping, directory},
           {"keeping", keeping, directory},
           {"named", connection, named}},
          {},
          {},
          {},
          Server::Samba};
}

class ActiveDirectoryTest : public testing::Test {
 public:
  static void SetUpTestSuite() { bridge_ = std::make_unique<Bridge>(options()); }
  static void TearDownTestSuite() {
    EXPECT_EQ(bridge_->stop(), 0) << bridge_->log();
    bridge_.reset();
  }

 protected:
  static Bridge& bridge() { return *bridge_; }
  static directory::Directory& directory() { return bridge_->directory(); }
  // What the server has, not what the bridge makes of it.
  std::vector<std::string> account(const std::string& user, const std::string& attribute) {
    return values(directory(), site_.user_dn(user), attribute);
  }
  std::string login(const std::string& user, const std::string& password) {
    return bridge().see(site_, {"--login", user}, Secret(password)).check(9);
  }

  const Site& site_ = bridge_->site("main");
  ScimClient client_ = site_.client();

 private:
  inline static std::unique_ptr<Bridge> bridge_;
};

TEST_F(ActiveDirectoryTest, AUsersLife) {
  const auto ann =
      create_user(client_, "ann", {{"password", "first-Secret1"}, {"name", {{"givenName", "Ann"}}}});
  EXPECT_THAT(account("ann", "sAMAccountName"), ElementsAre("ann"));
  EXPECT_EQ(login("ann", "first-Secret1"), "ok");
  const auto group = create_group(client_, "life", {ann});
  const auto entry = account("ann", "objectGUID");
  const auto before = bridge().write_file("life.json", bridge().see(site_, {}, Secret()).text);

  expect_status(client_.patch("/Users/" + ann, replace("active", false)), 200);
  EXPECT_THAT(account("ann", "nsAccountLock"), ElementsAre("true"));
  EXPECT_NE(login("ann", "first-Secret1"), "ok");
  EXPECT_THAT(bridge().see(site_, {}, Secret()).user_names(), testing::Contains("ann"))
      << "shown as inactive";
  expect_status(client_.patch("/Users/" + ann, replace("active", true)), 200);
  EXPECT_EQ(login("ann", "first-Secret1"), "ok");

  expect_status(client_.patch("/Users/" + ann, replace("password", "second-Secret2")), 200);
  EXPECT_EQ(login("ann", "second-Secret2"), "ok");

  expect_status(client_.patch("/Users/" + ann, replace("userName", "anna")), 200);
  EXPECT_THAT(account("anna", "sAMAccountName"), ElementsAre("anna"));
  EXPECT_EQ(account("anna", "objectGUID"), entry);
  EXPECT_THAT(values(directory(), site_.group_dn("life"), "member"),
              ElementsAre(site_.user_dn("anna").str()));
  const auto seen = bridge().see(site_, {"--before", before}, Secret());
  EXPECT_EQ(seen.exit_code, 0) << seen.text;
  EXPECT_THAT(seen.members("life"), ElementsAre("anna"));

  expect_status(client_.remove("/Users/" + ann), 204);
  EXPECT_EQ(client_.get("/Users/" + ann).status, 404);
  EXPECT_THAT(account("anna", "nsAccountLock"), ElementsAre("true"));
  EXPECT_THAT(member_ids(client_, group), IsEmpty());
  EXPECT_THAT(values(directory(), site_.group_dn("life"), "member"), IsEmpty());
}

TEST_F(ActiveDirectoryTest, ANewUserWhoIsDisabledCannotLogIn) {
  json::object body = user_resource("dora", {{"password", "some-Secret1"}});
  body["active"] = false;
  expect_status(client_.post("/Users", body), 201);
  EXPECT_THAT(account("dora", "nsAccountLock"), ElementsAre("true"));
  EXPECT_NE(login("dora", "some-Secret1"), "ok");
}

TEST_F(ActiveDirectoryTest, GroupsKeepTheirIdWhenTheyAreRenamed) {
  const auto ben = create_user(client_, "ben");
  const auto group = create_group(client_, "crew", {ben});
  const auto entry = values(directory(), site_.group_dn("crew"), "objectGUID");
  EXPECT_THAT(values(directory(), site_.group_dn("crew"), "sAMAccountName"), ElementsAre("crew"));
  expect_success(client_.patch("/Groups/" + group, replace("displayName", "Staff")));
  EXPECT_EQ(values(directory(), site_.group_dn("Staff"), "objectGUID"), entry);
  EXPECT_THAT(values(directory(), site_.group_dn("Staff"), "sAMAccountName"), ElementsAre("Staff"));
  EXPECT_THAT(member_ids(client_, group), ElementsAre(ben));
  expect_status(client_.remove("/Groups/" + group), 204);
  EXPECT_FALSE(exists(directory(), site_.group_dn("Staff")));
}

TEST_F(ActiveDirectoryTest, C5_LongValuesAreNamedAndDerivedOnesAreCut) {
  const std::string long_name(100, 'n');
  const auto eve = create_user(client_, "eve", {{"displayName", long_name}});
  EXPECT_THAT(account("eve", "sn"), ElementsAre(std::string(64, 'n')));
  for (const auto& [field, value] : json::object{{"title", std::string(200, 't')}}) {
    const auto answer = client_.patch("/Users/" + eve, replace(field, value));
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_THAT(answer.text("detail"), HasSubstr(std::string(field)));
  }
  json::object sent = user_resource("eva", {{"name", {{"familyName", long_name}}}});
  const auto answer = client_.post("/Users", sent);
  EXPECT_EQ(answer.status, 400) << answer.body;
  EXPECT_THAT(answer.text("detail"), HasSubstr("name.familyName"));
}

TEST_F(ActiveDirectoryTest, A4_ALongTitleDoesNotKeepAnybodyEnabled) {
  const auto fay = create_user(client_, "fay");
  json::object body = user_resource("fay", {{"title", std::string(200, 't')}});
  body["active"] = false;
  expect_status(client_.put("/Users/" + fay, body), 200);
  EXPECT_THAT(account("fay", "nsAccountLock"), ElementsAre("true"));
}

TEST_F(ActiveDirectoryTest, NamesThatDoNotFitAreRefusedByTheirField) {
  for (const auto* name : {"twenty-one-characters", "a+b", "a@b/c"}) {
    const auto answer = client_.post("/Users", user_resource(name));
    EXPECT_EQ(answer.status, 400) << name << answer.body;
    EXPECT_EQ(answer.text("scimType"), "invalidValue");
    EXPECT_THAT(answer.text("detail"), HasSubstr("sAMAccountName"));
    EXPECT_THAT(answer.text("detail"), HasSubstr("userName"));
  }
  const auto group = client_.post("/Groups", {{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                                              {"displayName", std::string(65, 'x')}});
  EXPECT_EQ(group.status, 400) << group.body;
  EXPECT_THAT(group.text("detail"), HasSubstr("displayName"));
}

TEST_F(ActiveDirectoryTest, AnAccountNameIsUniqueInTheDomain) {
  create_user(client_, "carl");
  auto other = bridge().site("mapped").client();
  const auto answer = other.post("/Users", user_resource("carl"));
  EXPECT_EQ(answer.status, 409) << answer.body;
  EXPECT_EQ(answer.text("scimType"), "uniqueness");
}

TEST_F(ActiveDirectoryTest, AGroupMayHaveTheNameOfAnAccount) {
  create_user(client_, "kurt");
  create_group(client_, "kurt", {});
  EXPECT_TRUE(exists(directory(), site_.group_dn("kurt")));
  EXPECT_THAT(values(directory(), site_.group_dn("kurt"), "sAMAccountName"), Not(testing::Contains("kurt")));
}

TEST_F(ActiveDirectoryTest, WhoComesBackIsKnownUnderAnotherNameOfTheEntry) {
  const auto ida = create_user(client_, "ida");
  const auto renamed = directory().apply(
      {directory::Rename{site_.user_dn("ida"), {"cn", "Ida Long"}, {}}, "by hand"}, {}, deadline_in(30s));
  ASSERT_TRUE(renamed) << renamed.error().detail;
  expect_status(client_.remove("/Users/" + ida), 204);
  EXPECT_THAT(account("Ida Long", "nsAccountLock"), ElementsAre("true"));
  EXPECT_EQ(create_user(client_, "ida"), ida);
  EXPECT_THAT(account("Ida Long", "nsAccountLock"), IsEmpty());
}

TEST_F(ActiveDirectoryTest, AnAccountThatIsThereIsTakenOverKeepsItsNameAndIsGivenBack) {
  const auto& site = bridge().site("keeping");
  auto client = site.client();
  const auto dn = site.user_dn("Eva Long");
  const auto added = directory().apply(
      {directory::Add{dn,
                      {{"objectClass", {"inetOrgPerson"}}, {"sAMAccountName", {"eva"}}, {"sn", {"Long"}}}},
       "by hand"},
      {}, deadline_in(30s));
  ASSERT_TRUE(added) << added.error().detail;
  const auto eva = create_user(client, "eva");
  EXPECT_THAT(values(directory(), dn, "dirbridgeId"), ElementsAre(eva));
  expect_status(client.patch("/Users/" + eva, replace("userName", "eva2")), 200);
  EXPECT_THAT(values(directory(), dn, "sAMAccountName"), ElementsAre("eva2"));
  expect_status(client.remove("/Users/" + eva), 204);
  EXPECT_THAT(values(directory(), dn, "dirbridgeId"), IsEmpty());
  EXPECT_THAT(values(directory(), dn, "objectClass"), Not(testing::Contains("dirbridgeUser")));
}

TEST_F(ActiveDirectoryTest, B2_EntriesAreNamedByDisplayNameAndToldApartByTheLogin) {
  const Site& site = bridge().site("named");
  auto client = site.client();
  const auto ann = create_user(client, "named.ann", {{"displayName", "Ann Lee"}});
  create_user(client, "named.al2", {{"displayName", "Ann Lee"}});
  create_user(client, "named.long", {{"displayName", std::string(70, 'n')}});
  const auto login_of = [&](const std::string& cn) {
    return values(directory(), site.user_dn(cn), "sAMAccountName");
  };
  EXPECT_THAT(login_of("Ann Lee"), ElementsAre("named.ann"));
  EXPECT_THAT(login_of("Ann Lee (named.al2)"), ElementsAre("named.al2"));
  EXPECT_THAT(login_of("named.long"), ElementsAre("named.long")) << "cn holds 64 characters";
  expect_status(client.patch("/Users/" + ann, replace("userName", "named.moss")), 200);
  EXPECT_THAT(login_of("Ann Lee"), ElementsAre("named.moss"));
  EXPECT_THAT(bridge().see(site, {}, Secret()).user_names(),
              UnorderedElementsAre("named.moss", "named.al2", "named.long"));
}

TEST_F(ActiveDirectoryTest, GroupsAreMappedToDirectoryGroups) {
  const auto& site = bridge().site("mapped");
  auto client = site.client();
  const auto fay = create_user(client, "fabian");
  const auto gus = create_user(client, "gus");
  const auto group = create_group(client, "Engineers", {fay});
  const auto engineering = site.group_dn("engineering");
  EXPECT_THAT(values(directory(), engineering, "member"), ElementsAre(site.user_dn("fabian").str()));
  expect_success(client.patch("/Groups/" + group, add_members({gus})));
  expect_status(client.patch("/Users/" + gus, replace("userName", "gustav")), 200);
  EXPECT_THAT(values(directory(), engineering, "member"),
              UnorderedElementsAre(site.user_dn("fabian").str(), site.user_dn("gustav").str()));
  expect_success(client.patch("/Groups/" + group, remove_members({fay})));
  EXPECT_THAT(values(directory(), engineering, "member"), ElementsAre(site.user_dn("gustav").str()));
  expect_status(client.remove("/Users/" + gus), 204);
  EXPECT_FALSE(exists(directory(), site.user_dn("gustav")));
  EXPECT_THAT(values(directory(), engineering, "member"), IsEmpty());
}

TEST_F(ActiveDirectoryTest, CheckFindsNothingAmiss) {
  create_user(client_, "hans");
  const auto report = bridge().run_with_config({"check"});
  EXPECT_THAT(report, HasSubstr("the server is Samba AD"));
  EXPECT_THAT(report, HasSubstr("the schema has the bridge's classes and attributes"));
  EXPECT_THAT(report, HasSubstr("adds, changes, reads back and deletes below bridge_base"));
  EXPECT_THAT(report, HasSubstr("products: their account sees"));
  EXPECT_THAT(report, Not(HasSubstr("olc")));
}

}  // namespace
}  // namespace dirbridge::e2e
