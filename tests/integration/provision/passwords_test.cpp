// Passwords on their way into the directory: who has set one can log in with it, and nobody can see it.
#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "connection_fixture.hpp"

namespace dirbridge::test {
namespace {

using mapping::PasswordRule;
using provision::Members;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr int welcome = 0;
constexpr int invalid_credentials = 49;

class PasswordsTest : public ConnectionFixture, public testing::WithParamInterface<PasswordRule> {
 protected:
  slapd::Options options() const override {
    auto options = fast_slapd_options();
    options.ppolicy = options.ppolicy_hash = true;
    return options;
  }
  void SetUp() override {
    ConnectionFixture::SetUp();
    connection().rules.password = GetParam();
  }

  std::string add_bob(const std::string& password) {
    const auto made = add_user("bob", R"("title":"Guide","password":")" + password + "\"");
    EXPECT_THAT(json::serialize(made), Not(HasSubstr(password)));
    return id_of(made);
  }
  void patch(const std::string& id, const std::string& operations) {
    const auto body =
        R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":)" + operations + "}";
    const auto done = users().patch(id, json::parse(body), {}, Members::Load, soon());
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_FALSE(done->resource.contains("password"));
  }
  void put(const std::string& id, const std::string& more) {
    const auto body =
        R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob")" + more + "}";
    const auto done = users().replace(id, json::parse(body), {}, soon());
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_FALSE(done->resource.contains("password"));
  }
  int login(const std::string& name, const std::string& password) {
    return bind_result(server(), user_dn(name), password);
  }
  // As the administrator: the bridge itself cannot read it.
  std::string everything(const std::string& name) {
    return ldap_search(server(), As::Admin, {"-b", user_dn(name), "-s", "base", "(objectClass=*)", "*", "+"})
        .output;
  }
};

TEST_P(PasswordsTest, OfANewUserLogIn) {
  add_bob("first-secret");
  EXPECT_EQ(login("bob", "first-secret"), welcome);
  EXPECT_EQ(login("bob", "First-secret"), invalid_credentials);
  EXPECT_THAT(everything("bob"), Not(HasSubstr("first-secret")));
  EXPECT_THAT(everything("bob"), Not(HasSubstr("Zmlyc3Qtc2VjcmV0"))) << "nor as base64";
}

TEST_P(PasswordsTest, ArePatchedAlone) {
  const auto id = add_bob("first-secret");
  patch(id, R"([{"op":"replace","path":"password","value":"second-secret"}])");
  EXPECT_EQ(login("bob", "second-secret"), welcome);
  EXPECT_EQ(login("bob", "first-secret"), invalid_credentials);
}

TEST_P(PasswordsTest, ArePatchedWithoutAPathBesideARename) {
  const auto id = add_bob("first-secret");
  patch(id, R"([{"op":"replace","value":{"userName":"robert","password":"second-secret"}}])");
  EXPECT_EQ(login("robert", "second-secret"), welcome);
}

TEST_P(PasswordsTest, StayWhenAPutDoesNotNameThem) {
  const auto id = add_bob("first-secret");
  put(id, "");
  EXPECT_EQ(login("bob", "first-secret"), welcome);
  put(id, R"(,"password":"")");
  EXPECT_EQ(login("bob", "first-secret"), welcome);
  put(id, R"(,"password":"second-secret")");
  EXPECT_EQ(login("bob", "second-secret"), welcome);
}

TEST_P(PasswordsTest, GoWhenTheyAreRemoved) {
  const auto id = add_bob("first-secret");
  patch(id, R"([{"op":"remove","path":"password"}])");
  EXPECT_NE(login("bob", "first-secret"), welcome);
  EXPECT_THAT(everything("bob"), Not(HasSubstr("userPassword")));
  patch(id, R"([{"op":"remove","path":"password"}])");
  patch(id, R"([{"op":"add","path":"password","value":"second-secret"}])");
  EXPECT_EQ(login("bob", "second-secret"), welcome);
  put(id, R"(,"password":null)");
  EXPECT_NE(login("bob", "second-secret"), welcome);
}

TEST_P(PasswordsTest, OfTheWrongTypeAreRefusedWithoutBeingRepeated) {
  const auto id = add_bob("first-secret");
  for (const auto* value : {R"({"clear":"hush-hush"})", R"(["hush-hush","hush-hush"])"}) {
    const auto body =
        std::string(R"({"Operations":[{"op":"replace","path":"password","value":)") + value + "}]}";
    const auto done = users().patch(id, json::parse(body), {}, Members::Load, soon());
    ASSERT_FALSE(done) << value;
    EXPECT_EQ(done.error().kind, ErrorKind::InvalidValue);
    EXPECT_THAT(done.error().detail, Not(HasSubstr("hush")));
  }
  EXPECT_EQ(login("bob", "first-secret"), welcome);
}

INSTANTIATE_TEST_SUITE_P(Hashed, PasswordsTest, testing::Values(PasswordRule::Hash, PasswordRule::ServerHash),
                         [](const auto& rule) {
                           return rule.param == PasswordRule::Hash ? "ByTheBridge" : "ByTheServer";
                         });

class IgnoredPasswordsTest : public ConnectionFixture {};

TEST_F(IgnoredPasswordsTest, ReachTheDirectoryInNoWay) {
  const auto made = add_user("bob", R"("password":"first-secret")");
  ASSERT_EQ(ldap_modify(
                server(), As::Admin,
                "dn: " + user_dn("bob") + "\nchangetype: modify\nadd: userPassword\nuserPassword: by-hand\n")
                .exit_code,
            0);
  const auto body = json::parse(
      R"({"Operations":[{"op":"remove","path":"password"},{"op":"add","path":"password","value":"x"}]})");
  ASSERT_TRUE(users().patch(id_of(made), body, {}, Members::Load, soon()));
  EXPECT_EQ(bind_result(server(), user_dn("bob"), "by-hand"), welcome);
}

}  // namespace
}  // namespace dirbridge::test
