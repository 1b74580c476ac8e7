// A login name occurs once in what the products read: the whole subtree of user_base, whatever the RDN.
#include "lived_in_fixture.hpp"

#include "counting_directory.hpp"
#include "provision/stored.hpp"

namespace dirbridge::test {
namespace {

using mapping::MatchBy;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ExistingNames : public LivedIn {
 protected:
  void expect_taken(const Result<>& done, const std::string& dn) {
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Uniqueness) << done.error().detail;
    EXPECT_THAT(done.error().detail, HasSubstr(dn));
  }
  template <class T>
  void expect_taken(const Result<T>& done, const std::string& dn) {
    expect_taken(done ? Result<>() : Result<>(done.error()), dn);
  }
  void pia_in_emea() { by_hand(emea("uid=pia"), "uid: pia\ncn: Pia\nsn: P\n"); }
};

TEST_F(ExistingNames, B1_PostOfALoginInASubUnitIsAConflictThatNamesTheEntryAndTheRemedy) {
  pia_in_emea();
  for (const auto* name : {"pia", "PIA"}) {
    const auto made = try_post(name);
    expect_taken(made, emea("uid=pia"));
    EXPECT_THAT(made.error().detail, HasSubstr("users.adopt"));
    EXPECT_THAT(found_by_login("pia"), ElementsAre(emea("uid=pia")));
  }
}

TEST_F(ExistingNames, B1_WhateverTheRdn) {
  by_hand(emea("cn=Lea X"), "uid: lea\ncn: Lea X\nsn: X\n");
  by_hand(user_dn("bob"), "uid: bob\nuid: lou\ncn: Bob\nsn: B\n");
  expect_taken(try_post("lea"), emea("cn=Lea X"));
  expect_taken(try_post("lou"), user_dn("bob"));
  EXPECT_THAT(found_by_login("lou"), ElementsAre(user_dn("bob")));
}

TEST_F(ExistingNames, B1_PatchPutAndNameRulesMakeNoSecondOne) {
  pia_in_emea();
  const auto id = post("ann");
  expect_taken(try_patch(id, R"({"userName":"pia"})"), emea("uid=pia"));
  const json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
                          {"userName", "pia"}};
  expect_taken(at().users->replace(id, body, {}, soon()), emea("uid=pia"));
  reopen([](mapping::Rules& rules) {
    rules.user_options.name_rules =
        mapping::NameRules::compile({{"(.*)@.*", "$1"}}, mapping::LetterCase::Keep).value();
  });
  expect_taken(try_post("pia@example.org"), emea("uid=pia"));
  EXPECT_THAT(found_by_login("pia"), ElementsAre(emea("uid=pia")));
  EXPECT_THAT(found_by_login("ann"), ElementsAre(user_dn("ann")));
}

TEST_F(ExistingNames, B1_AnOwnAdoptedUserInASubUnitIsNotMadeTwice) {
  pia_in_emea();
  reopen_adopting({MatchBy::UserName});
  const auto id = post("pia");
  expect_taken(try_post("pia"), id);
  reopen();
  expect_taken(try_post("pia"), id);
  EXPECT_THAT(user_names(R"(userName eq "pia")"), ElementsAre("pia"));
  ASSERT_TRUE(try_remove(id));
  EXPECT_EQ(post("pia"), id) << "who comes back is the same one, where she was";
  EXPECT_THAT(found_by_login("pia"), ElementsAre(emea("uid=pia")));
}

TEST_F(ExistingNames, B1_WhoComesBackFromAsideOrGetsAnEntryAnewMeetsTheNameThatWasTakenMeanwhile) {
  reopen([&](mapping::Rules& rules) {
    rules.disable.move_to = directory::Dn::parse("ou=leavers," + server().group_base()).value();
  });
  const auto id = post("pia");
  patch(id, R"({"active":false})");
  pia_in_emea();
  expect_taken(try_patch(id, R"({"active":true})"), emea("uid=pia"));
  reopen([](mapping::Rules& rules) { rules.user_options.import = false; });
  by_hand(emea("uid=bob"), "uid: bob\ncn: Bob\nsn: B\n");
  const auto bob = post("bob");
  reopen();
  EXPECT_TRUE(try_apply(bob)) << "the entry is put off";
  EXPECT_THAT(found_by_login("bob"), ElementsAre(emea("uid=bob")));
}

// Once before, so that nobody sees a second one, and once with the add: others may come at the same time.
TEST_F(ExistingNames, B1_TheLookUpComesBeforeTheAddAndRidesAlongWithIt) {
  CountingDirectory counting(at().pool);
  sync::Reconciler reconciler(counting, at().guard, at().rules.group_shape,
                              {at().rules.group_base, at().rules.bridge_base});
  const auto& own = at().context;
  const provision::Context context{own.catalog, own.rules, counting,         reconciler,
                                   own.locks,   own.clock, own.patch_policy, own.member_ids};
  const auto users = provision::make_users(context);
  const json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
                          {"userName", "ann"}};
  ASSERT_TRUE(users->create(body, soon()));
  EXPECT_EQ(counting.changes_, 1U);
  EXPECT_EQ(counting.searches_for("(uid=ann)"), 1U) << "that with the add is none of its own";
}

TEST_F(ExistingNames, F_PatchOfExternalIdWaitsForWhoLooksForIt) {
  const auto id = post("ann");
  const auto held = at().locks.acquire({{}, {provision::external_id_key("e-9")}}, soon());
  ASSERT_TRUE(held);
  const auto patch = [&](const std::string& value) {
    return at().users->patch(id,
                             json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
                                         R"("Operations":[{"op":"replace",)" +
                                         value + "}]}"),
                             {}, provision::Members::Leave, deadline_in(std::chrono::milliseconds(100)));
  };
  for (const auto* value : {R"("path":"externalId","value":"e-9")", R"("value":{"externalId":"e-9"})"}) {
    const auto done = patch(value);
    ASSERT_FALSE(done) << value;
    EXPECT_EQ(done.error().kind, ErrorKind::Busy);
  }
}

TEST_F(ExistingNames, C4_NamesThatBeginOrEndWithWhatNobodySeesAreRefused) {
  for (const auto* name : {"ann\u00A0", "\u3000ann", "\u00A0", "\u2003", "ann\u200B", "\uFEFFann", " ann"}) {
    const auto made = try_post(name);
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().kind, ErrorKind::InvalidValue) << name;
    EXPECT_EQ(made.error().field, "userName");
  }
  EXPECT_TRUE(try_post("an\u00A0n"));
}

TEST_F(ExistingNames, C4_WhomAPostMeetsTheFilterFinds) {
  const std::vector<std::pair<std::string, std::string>> same{
      {"Zo\u00EB", "zoe\u0308"}, {"an\u00A0n", "an n"}, {"\uFF21nna", "anna"}};
  for (const auto& [one, other] : same) {
    const auto id = post(one);
    const auto again = try_post(other);
    ASSERT_FALSE(again) << other;
    EXPECT_EQ(again.error().kind, ErrorKind::Uniqueness);
    EXPECT_THAT(user_names("userName eq \"" + other + "\""), ElementsAre(one));
    EXPECT_THAT(user_names("userName eq \"" + one + "\""), ElementsAre(one));
  }
}

TEST_F(ExistingNames, C4_WhomTheServerTellsApartTheFilterTellsApart) {
  post("m.Strau\u00DF");
  post("m.Strauss");
  EXPECT_THAT(user_names("userName eq \"m.strauss\""), ElementsAre("m.Strauss"));
  EXPECT_THAT(user_names("userName eq \"m.strau\u00DF\""), ElementsAre("m.Strau\u00DF"));
}

TEST_F(ExistingNames, B7_WhomOneConnectionDeletedAnotherMayTakeUp) {
  const auto theirs = add_user("ann");  // by the connection of the fixture
  ASSERT_FALSE(theirs.empty());
  TestConnection entra(server(), "entra", [](mapping::Rules&) {});
  const json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
                          {"userName", "ann"}};
  expect_taken(entra.users->create(body, soon()), "belongs to connection okta");
  ASSERT_TRUE(users().remove(id_of(theirs), {}, soon()));
  const auto refused = entra.users->create(body, soon());
  expect_taken(refused, "was deleted by connection okta");
  EXPECT_THAT(refused.error().detail, HasSubstr("users.adopt"));
  TestConnection adopting(server(), "entra",
                          [](mapping::Rules& rules) { rules.user_options.adopt = {MatchBy::UserName}; });
  const auto uuid = values(user_dn("ann"), "entryUUID");
  const auto made = adopting.users->create(body, soon());
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(values(user_dn("ann"), "entryUUID"), uuid);
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeConnection"), ElementsAre("entra"));
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeId"), ElementsAre(id_of(*made)));
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeDeleted"), IsEmpty());
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeActive"), ElementsAre("TRUE"));
  EXPECT_EQ(users().create(body, soon()).error().kind, ErrorKind::Uniqueness);
}

}  // namespace
}  // namespace dirbridge::test
