#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "connection_fixture.hpp"

namespace dirbridge::test {
namespace {

using provision::Members;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class UsersTest : public ConnectionFixture {
 protected:
  Result<provision::Patched> patch(const std::string& id, const std::string& operations,
                                   const provision::Precondition& precondition = {}) {
    return users().patch(
        id,
        json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":)" +
                    operations + "}"),
        precondition, Members::Load, soon());
  }
  json::object user(const std::string& id) { return users().find(id, Members::Load, soon()).value(); }
};

TEST_F(UsersTest, BecomeEntriesThatAReaderUnderstands) {
  const auto made =
      add_user("BJensen", R"("externalId":"701984","name":{"givenName":"Barbara","familyName":"Jensen"},
      "emails":[{"type":"home","value":"b@home.example"},{"type":"work","value":"bj@example.com","primary":true}],
      "phoneNumbers":[{"type":"work","value":"tel:+1-201-555-0123"},{"type":"mobile","value":"#not a number"}],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"42","department":"Tours"})");
  const auto dn = user_dn("BJensen");
  EXPECT_THAT(values(dn, "uid"), ElementsAre("BJensen"));
  EXPECT_THAT(values(dn, "cn"), ElementsAre("Barbara Jensen"));
  EXPECT_THAT(values(dn, "sn"), ElementsAre("Jensen"));
  EXPECT_THAT(values(dn, "givenName"), ElementsAre("Barbara"));
  EXPECT_THAT(values(dn, "mail"), ElementsAre("bj@example.com"));
  EXPECT_THAT(values(dn, "telephoneNumber"), ElementsAre("+1-201-555-0123"));
  EXPECT_THAT(values(dn, "mobile"), IsEmpty());
  EXPECT_THAT(values(dn, "employeeNumber"), ElementsAre("42"));
  EXPECT_THAT(values(dn, "dirbridgeActive"), ElementsAre("TRUE"));
  EXPECT_THAT(values(dn, "dirbridgeId"), ElementsAre(id_of(made)));
  EXPECT_EQ(user(id_of(made)), made);
  EXPECT_EQ(made.at("phoneNumbers").as_array().size(), 2U);
}

TEST_F(UsersTest, WithoutANameGetADerivedSurnameThatIsNotShown) {
  const auto made = add_user("solo");
  EXPECT_THAT(values(user_dn("solo"), "sn"), ElementsAre("solo"));
  EXPECT_FALSE(made.contains("name"));
  EXPECT_EQ(made.at("active"), true);
}

TEST_F(UsersTest, WithATakenNameAreRefusedInAnyCase) {
  add_user("bjensen");
  const auto second = users().create(
      json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"BJENSEN"})"),
      soon());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Uniqueness);
  EXPECT_EQ(second.error().field, "userName");
}

TEST_F(UsersTest, WithUnusableNamesAreRefused) {
  for (const auto& name : std::vector<std::string>{" edge", "edge ", "tab\\there", std::string(256, 'x')}) {
    const auto made = users().create(
        json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" + name +
                    "\"}"),
        soon());
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().kind, ErrorKind::InvalidValue);
    EXPECT_EQ(made.error().field, "userName");
  }
}

TEST_F(UsersTest, WithAwkwardNamesKeepThem) {
  for (const auto& name : std::vector<std::string>{"a,b", "a+b", "#lead", "a=b", "semi;colon", "star*",
                                                   "par(en)", "J\xC3\xBCrgen", "a<b>c"}) {
    const auto made = add_user(name);
    ASSERT_FALSE(id_of(made).empty()) << name;
    EXPECT_EQ(user(id_of(made)).at("userName").as_string(), name);
    provision::Query query;
    query.filter_text = "userName eq \"" + name + "\"";
    query.filter = scim::parse_filter(query.filter_text, users().type()).value();
    const auto page = users().list(query, soon());
    ASSERT_TRUE(page);
    EXPECT_EQ(page->total, 1U) << name;
  }
}

TEST_F(UsersTest, DisabledAndEnabledKeepEntryIdAndGroups) {
  const auto made = add_user("bob");
  const auto team = add_group("team", {id_of(made)});
  const auto uuid = values(user_dn("bob"), "entryUUID");
  ASSERT_TRUE(patch(id_of(made), R"([{"op":"Replace","path":"active","value":"False"}])"));
  EXPECT_THAT(values(user_dn("bob"), "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_EQ(user(id_of(made)).at("active"), false);
  ASSERT_TRUE(patch(id_of(made), R"([{"op":"replace","value":{"active":true}}])"));
  EXPECT_THAT(values(user_dn("bob"), "dirbridgeActive"), ElementsAre("TRUE"));
  EXPECT_EQ(values(user_dn("bob"), "entryUUID"), uuid);
  EXPECT_THAT(member_ids(group(id_of(team))), ElementsAre(id_of(made)));
}

TEST_F(UsersTest, DisabledAreNotEnabledByWhatSaysNothing) {
  const auto id = id_of(add_user("ann", R"("active":false)"));
  const auto patch = [&](const std::string& operation) {
    return users().patch(id,
                         json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                             "Operations":[)" +
                                     operation + "]}"),
                         {}, provision::Members::Leave, soon());
  };
  for (const auto* value : {R"("")", "{}", "[]", "null"}) {
    EXPECT_FALSE(patch(R"({"op":"replace","path":"active","value":)" + std::string(value) + "}")) << value;
    EXPECT_FALSE(patch(R"({"op":"replace","value":{"active":)" + std::string(value) + "}}")) << value;
  }
  const auto removed = patch(R"({"op":"remove","path":"active"})");
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().kind, ErrorKind::InvalidValue);
  EXPECT_EQ(removed.error().field, "active");
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeActive"), testing::ElementsAre("FALSE"));
  ASSERT_TRUE(patch(R"({"op":"replace","path":"active","value":true})"));
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeActive"), testing::ElementsAre("TRUE"));
}

TEST_F(UsersTest, UnchangedByAPatchAreNotWritten) {
  const auto made = add_user("bob", R"("title":"Guide")");
  const auto patched = patch(id_of(made), R"([{"op":"replace","path":"title","value":"Guide"}])");
  ASSERT_TRUE(patched);
  EXPECT_EQ(patched->resource.at("meta"), made.at("meta"));
}

TEST_F(UsersTest, KeepWhatAnAdministratorAddedByHand) {
  const auto made = add_user("bob", R"("title":"Guide")");
  const auto hand = ldap_modify(server(), As::Admin,
                                "dn: " + user_dn("bob") +
                                    "\nchangetype: modify\nadd: description\ndescription: mine\n-\n"
                                    "add: roomNumber\nroomNumber: 7\n");
  ASSERT_EQ(hand.exit_code, 0) << hand.output;
  ASSERT_TRUE(patch(id_of(made), R"([{"op":"replace","path":"title","value":"Boss"}])"));
  EXPECT_THAT(values(user_dn("bob"), "description"), ElementsAre("mine"));
  EXPECT_THAT(values(user_dn("bob"), "roomNumber"), ElementsAre("7"));
  EXPECT_THAT(values(user_dn("bob"), "title"), ElementsAre("Boss"));
}

TEST_F(UsersTest, AreNotVisibleToAnotherConnection) {
  const auto made = add_user("bob");
  TestConnection other(server(), "entra");
  EXPECT_EQ(other.users->find(id_of(made), Members::Load, soon()).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(other.users->remove(id_of(made), {}, soon()).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(other.users->list({}, soon())->total, 0U);
  EXPECT_TRUE(exists(user_dn("bob")));
}

TEST_F(UsersTest, OfTheDirectoryThatAreNotOursAreLeftAlone) {
  const auto hand =
      ldap_add(server(), As::Admin,
               "dn: " + user_dn("root") + "\nobjectClass: inetOrgPerson\nuid: root\ncn: root\nsn: root\n");
  ASSERT_EQ(hand.exit_code, 0) << hand.output;
  const auto made = users().create(
      json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"root"})"), soon());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::Uniqueness);
  EXPECT_EQ(users().list({}, soon())->total, 0U);
}

TEST_F(UsersTest, AreChangedOnlyAtTheVersionAskedFor) {
  const auto made = add_user("bob");
  const std::string version(made.at("meta").at("version").as_string());
  ASSERT_TRUE(patch(id_of(made), R"([{"op":"add","path":"title","value":"A"}])", {version}));
  const auto late = patch(id_of(made), R"([{"op":"add","path":"title","value":"B"}])", {version});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::PreconditionFailed);
  EXPECT_EQ(users().remove(id_of(made), {version}, soon()).error().kind, ErrorKind::PreconditionFailed);
  EXPECT_THAT(values(user_dn("bob"), "title"), ElementsAre("A"));
}

TEST_F(UsersTest, PatchedInParallelLoseNothing) {
  const auto id = id_of(add_user("bob"));
  std::vector<std::thread> threads;
  std::atomic<int> done{0};
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&, i] {
      const auto n = std::to_string(i);
      if (patch(id, R"([{"op":"add","path":"emails","value":[{"type":"t)" + n + R"(","value":"m)" + n +
                        R"(@x.org"}]}])"))
        ++done;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(done, 16);
  EXPECT_EQ(user(id).at("emails").as_array().size(), 16U);
}

TEST_F(UsersTest, ReplacedLoseWhatWasLeftOutButStayActive) {
  const auto made = add_user("bob", R"("title":"Guide","nickName":"Bobby")");
  const auto put = users().replace(
      id_of(made),
      json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob"})"), {},
      soon());
  ASSERT_TRUE(put);
  EXPECT_FALSE(put->resource.contains("title"));
  EXPECT_FALSE(put->resource.contains("nickName"));
  EXPECT_EQ(put->resource.at("active"), true);
  EXPECT_THAT(values(user_dn("bob"), "title"), IsEmpty());
}

TEST_F(UsersTest, AreGoneAfterDeleteAndTheNameIsFree) {
  connection().rules.user_options.on_delete = mapping::OnDelete::Delete;
  const auto made = add_user("bob");
  ASSERT_TRUE(users().remove(id_of(made), {}, soon()));
  EXPECT_EQ(users().remove(id_of(made), {}, soon()).error().kind, ErrorKind::NotFound);
  EXPECT_NE(id_of(add_user("bob")), id_of(made));
}

TEST_F(UsersTest, UnknownIdsAreNotFound) {
  for (const auto* id : {"0", "not-an-id", "*", "01234567-89ab-7def-8123-456789abcdef"})
    EXPECT_EQ(users().find(id, Members::Load, soon()).error().kind, ErrorKind::NotFound) << id;
}

class LockedUsersTest : public UsersTest {
 protected:
  slapd::Options options() const override {
    auto options = fast_slapd_options();
    options.ppolicy = true;
    return options;
  }
  void SetUp() override {
    UsersTest::SetUp();
    connection().rules.disable.ppolicy_lock = true;
  }
};

TEST_F(LockedUsersTest, DisabledCannotLogInAndLocksOfTheServerStay) {
  const auto made = add_user("bob");
  ASSERT_TRUE(patch(id_of(made), R"([{"op":"replace","value":{"active":false}}])"));
  EXPECT_THAT(values(user_dn("bob"), "pwdAccountLockedTime"), ElementsAre("000001010000Z"));
  ASSERT_TRUE(patch(id_of(made), R"([{"op":"replace","value":{"active":true}}])"));
  EXPECT_THAT(values(user_dn("bob"), "pwdAccountLockedTime"), IsEmpty());
  ASSERT_EQ(ldap_modify(server(), As::Admin,
                        "dn: " + user_dn("bob") +
                            "\nchangetype: modify\nadd: "
                            "pwdAccountLockedTime\npwdAccountLockedTime: 20260101000000Z\n")
                .exit_code,
            0);
  ASSERT_TRUE(patch(id_of(made), R"([{"op":"add","path":"title","value":"x"}])"));
  EXPECT_THAT(values(user_dn("bob"), "pwdAccountLockedTime"), ElementsAre("20260101000000Z"));
}

}  // namespace
}  // namespace dirbridge::test
