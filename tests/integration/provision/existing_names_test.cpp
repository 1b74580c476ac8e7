// A login name occurs once in what the products read: the whole subtree of user_base, whatever the RDN.
#include "lived_in_fixture.hpp"

#include "between.hpp"
#include "counting_directory.hpp"
#include "provision/store/stored.hpp"
#include "support/scim_messages.hpp"

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

// The users of a connection whose requests to the directory are counted.
struct CountedUsers {
  explicit CountedUsers(TestConnection& at)
      : directory(at.pool),
        reconciler(directory, at.guard, at.rules.group_shape, {at.rules.group_base, at.rules.bridge_base}),
        context{at.context.catalog,      at.rules,     directory, reconciler, at.locks, at.clock,
                at.context.patch_policy, at.member_ids},
        users(provision::make_users(context)) {}

  Result<json::object> post(const std::string& user_name) {
    return users->create(json::object{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
                                      {"userName", user_name}},
                         soon());
  }

  CountingDirectory directory;
  sync::Reconciler reconciler;
  provision::Context context;
  std::unique_ptr<provision::Resources> users;
};

TEST_F(ExistingNames, R2_TheNameIsLookedUpBeforeTheAdd) {
  CountedUsers counted(at());
  std::size_t looked = 0;
  counted.directory.before_change_ = [&](const auto&) {
    looked = counted.directory.searches_for("(uid=ann)");
  };
  ASSERT_TRUE(counted.post("ann"));
  EXPECT_EQ(looked, 1U);
  EXPECT_EQ(counted.directory.changes_, 1U);
  pia_in_emea();
  expect_taken(counted.post("pia"), emea("uid=pia"));
  EXPECT_EQ(counted.directory.changes_, 1U) << "no second one, not even for a moment";
}

TEST_F(ExistingNames, R2_WhoTakesTheNameAtTheSameMomentKeepsIt) {
  CountedUsers counted(at());
  bool taken = false;
  counted.directory.before_change_ = [&](const auto&) {
    if (!std::exchange(taken, true)) pia_in_emea();
  };
  expect_taken(counted.post("pia"), emea("uid=pia"));
  EXPECT_THAT(found_by_login("pia"), ElementsAre(emea("uid=pia")));
}

// In each way somebody who is hidden in her place may be shown to the products again.
TEST_F(ExistingNames, R2_WhoWasHiddenIsNotShownBesideWhoHasTheNameMeanwhile) {
  const std::string apac = "ou=apac," + server().user_base();
  ASSERT_EQ(ldap_add(server(), As::Admin, "dn: " + apac + "\nobjectClass: organizationalUnit\n").exit_code,
            0);
  const auto other = "cn=ann Two," + apac;
  const auto ann = post("ann");
  patch(ann, R"({"active":false})");
  by_hand(other, "uid: ann\ncn: ann Two\nsn: Two\n");
  const auto before = lines_of(user_dn("ann"));
  json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
                    {"userName", "ann"},
                    {"active", true}};
  const auto expect_refused = [&](const auto& done, const char* way) {
    SCOPED_TRACE(way);
    expect_taken(done, other);
    EXPECT_EQ(lines_of(user_dn("ann")), before);
  };
  expect_refused(try_patch(ann, R"({"active":true})"), "PATCH");
  expect_refused(try_patch(ann, R"({"active":true,"title":"Chief"})"), "PATCH with more");
  expect_refused(at().users->replace(ann, body, {}, soon()), "PUT");
  reopen([](mapping::Rules& rules) { rules.user_options.update = false; });
  expect_refused(try_patch(ann, R"({"active":true})"), "PATCH without update");
  reopen();
  EXPECT_TRUE(try_patch(ann, R"({"title":"Clerk"})")) << "who stays hidden asks nobody";
  ASSERT_EQ(ldap_modify(server(), As::Admin, "dn: " + other + "\nchangetype: delete\n").exit_code, 0);
  patch(ann, R"({"active":true})");
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeActive"), ElementsAre("TRUE"));
}

TEST_F(ExistingNames, R2_WhoWasDeletedDoesNotComeBackBesideWhoHasTheNameMeanwhile) {
  const auto ann = post("ann");
  ASSERT_TRUE(try_remove(ann));
  by_hand(emea("cn=ann Two"), "uid: ann\ncn: ann Two\nsn: Two\n");
  const auto before = lines_of(user_dn("ann"));
  expect_taken(try_post("ann"), emea("cn=ann Two"));
  EXPECT_EQ(lines_of(user_dn("ann")), before);
}

TEST_F(ExistingNames, R2_ApplyOfEnableShowsNobodyBesideWhoHasTheNameMeanwhile) {
  const auto ann = post("ann");
  patch(ann, R"({"active":false})");
  reopen([](mapping::Rules& rules) { rules.user_options.enable = false; });
  patch(ann, R"({"active":true})");
  ASSERT_THAT(values(user_dn("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
  by_hand(emea("cn=ann Two"), "uid: ann\ncn: ann Two\nsn: Two\n");
  const auto before = lines_of(user_dn("ann"));
  reopen();
  expect_taken(try_apply(ann), emea("cn=ann Two"));
  EXPECT_EQ(lines_of(user_dn("ann")), before);
}

// Also by a name that the identity provider does not know of.
TEST_F(ExistingNames, R2_WhoIsTakenUpHiddenIsNotShownBesideWhoHasOneOfTheNames) {
  by_hand(emea("cn=Nina"), "uid: nina\nuid: nina2\ncn: Nina\nsn: N\n");
  {
    TestConnection entra(server(), "entra",
                         [](mapping::Rules& rules) { rules.user_options.adopt = {MatchBy::UserName}; });
    const auto made = entra.users->create(user_message("nina"), soon());
    ASSERT_TRUE(made) << made.error().detail;
    ASSERT_TRUE(entra.users->remove(id_of(*made), {}, soon()));
  }
  by_hand(emea("cn=Two"), "uid: nina2\ncn: Two\nsn: T\n");
  const auto before = lines_of(emea("cn=Nina"));
  reopen_adopting({MatchBy::UserName});
  expect_taken(try_post("nina"), emea("cn=Two"));
  EXPECT_EQ(lines_of(emea("cn=Nina")), before);
}

TEST_F(ExistingNames, R2_AnEnablingThatWasInterruptedAsksAgain) {
  reopen([&](mapping::Rules& rules) {
    rules.disable.move_to = directory::Dn::parse("ou=leavers," + server().group_base()).value();
  });
  const auto ann = post("ann");
  patch(ann, R"({"active":false})");
  WatchedConnection watched(at());
  watched.directory.before = Between::away_after(
      [](const auto& change) { return std::holds_alternative<directory::Rename>(change.operation); });
  ASSERT_FALSE(watched.users->patch(ann, patch_message("replace", "active", true), {},
                                    provision::Members::Leave, soon()));
  ASSERT_TRUE(exists(user_dn("ann"))) << "she is where the products look, and hidden";
  by_hand(emea("cn=ann Two"), "uid: ann\ncn: ann Two\nsn: Two\n");
  expect_taken(try_patch(ann, R"({"active":true})"), emea("cn=ann Two"));
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
}

TEST_F(ExistingNames, R2_OnlyWhoAppearsIsLookedUp) {
  const auto ann = post("ann");
  CountedUsers counted(at());
  std::size_t before = 0;
  const auto looks = [&](const char* path, json::value value) {
    before = counted.directory.searches_for("(uid=ann)");
    EXPECT_TRUE(counted.users->patch(ann, patch_message("replace", path, std::move(value)), {},
                                     provision::Members::Leave, soon()));
    return counted.directory.searches_for("(uid=ann)") - before;
  };
  EXPECT_EQ(looks("title", json::string("Clerk")), 0U);
  EXPECT_EQ(looks("active", false), 0U);
  EXPECT_EQ(looks("title", json::string("Chief")), 0U);
  EXPECT_EQ(looks("active", true), 1U);
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
