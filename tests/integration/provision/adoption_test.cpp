// Entries that were there before the bridge: what adoption, changes and release leave of them.
#include "between.hpp"
#include "lived_in_fixture.hpp"
#include "support/scim_messages.hpp"

namespace dirbridge::test {
namespace {

using mapping::MatchBy;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* a_mail = R"("emails":[{"value":"otto@example.org","type":"work"}])";

class Adoption : public LivedIn {
 protected:
  void SetUp() override {
    LivedIn::SetUp();
    reopen_adopting({MatchBy::UserName, MatchBy::Mail});
  }
};

TEST_F(Adoption, B2_AnEntryKeepsItsPlaceAndItsRdn) {
  const std::vector<std::string> names{"cn=Otto Meier", "cn=Otto Meier+uid=otto", "givenName=Otto+sn=Meier"};
  for (const auto& rdn : names) {
    const auto dn = emea(rdn);
    by_hand(dn, "uid: otto\ncn: Otto Meier\nsn: Meier\ngivenName: Otto\n");
    const auto id =
        post("otto", R"("displayName":"O. Meier","name":{"familyName":"Maier","givenName":"O."})");
    EXPECT_THAT(values(dn, "dirbridgeId"), ElementsAre(id)) << rdn;
    EXPECT_THAT(values(dn, "displayName"), ElementsAre("O. Meier"));
    EXPECT_THAT(found_by_login("otto"), ElementsAre(dn));
    EXPECT_THAT(try_apply(id).value(), false) << rdn;
    patch(id, R"({"userName":"otto.m","active":false})");
    const auto renamed = rdn.ends_with("uid=otto") ? emea("cn=Otto Meier+uid=otto.m") : dn;
    EXPECT_THAT(found_by_login("otto.m"), ElementsAre(renamed));
    EXPECT_THAT(values(renamed, "uid"), ElementsAre("otto.m"));
    EXPECT_THAT(values(renamed, "dirbridgeActive"), ElementsAre("FALSE"));
    EXPECT_TRUE(try_remove(id)) << rdn;
    ASSERT_EQ(ldap_modify(server(), As::Admin, "dn: " + renamed + "\nchangetype: delete\n").exit_code, 0);
  }
}

TEST_F(Adoption, B2_WhoIsFoundByMailIsRenamedOnlyIfTheLoginIsTheRdn) {
  by_hand(emea("uid=om"), "uid: om\ncn: Otto\nsn: M\nmail: otto@example.org\n");
  const auto id = post("otto", a_mail);
  EXPECT_THAT(values(emea("uid=otto"), "dirbridgeId"), ElementsAre(id));
  EXPECT_THAT(values(emea("uid=otto"), "uid"), ElementsAre("otto"));
  by_hand(emea("cn=Eva"), "uid: e1\ncn: Eva\nsn: M\nmail: eva@example.org\n");
  post("eva", R"("emails":[{"value":"eva@example.org"}])");
  EXPECT_THAT(values(emea("cn=Eva"), "uid"), ElementsAre("eva"));
}

TEST_F(Adoption, B2_AnAdoptionThatFailsLeavesTheEntryAsItWas) {
  const auto dn = emea("uid=om");
  by_hand(dn, "uid: om\ncn: Otto\nsn: M\nmail: otto@example.org\ntitle: Boss\n");
  const auto before = lines_of(dn);
  WatchedConnection watched(at());
  const json::object body =
      json::parse(std::string(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)") +
                  R"("userName":"otto","title":"Clerk",)" + a_mail + "}")
          .as_object();
  bool fails = true;
  watched.directory.before = [&](const directory::Change& change) -> Result<> {
    if (fails && std::holds_alternative<directory::Rename>(change.operation))
      return error(ErrorKind::Denied, "no right to rename", "insufficientAccessRights");
    return {};
  };
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(watched.users->create(body, soon()).error().kind, ErrorKind::Denied);
    EXPECT_EQ(lines_of(dn), before);
  }
  fails = false;
  ASSERT_TRUE(watched.users->create(body, soon())) << "the repetition reaches the goal";
  EXPECT_THAT(found_by_login("otto"), ElementsAre(emea("uid=otto")));
}

TEST_F(Adoption, B2_AnotherEntryWithTheLoginIsNamedAndNothingIsChanged) {
  by_hand(emea("cn=Otto Meier"), "uid: om\ncn: Otto Meier\nsn: M\nmail: otto@example.org\n");
  by_hand(emea("cn=Other"), "uid: otto\ncn: Other\nsn: O\n");
  reopen_adopting({MatchBy::Mail});
  const auto made = try_post("otto", a_mail);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().detail, HasSubstr("cn=Other"));
  EXPECT_THAT(values(emea("cn=Otto Meier"), "objectClass"), ElementsAre("inetOrgPerson"));
}

TEST_F(Adoption, B3_WhatTheIdentityProviderNeverSentStays) {
  const auto dn = user_dn("otto");
  by_hand(dn,
          "uid: otto\nuid: om\ncn: Otto Meier\ncn: Otto\nsn: Meier\nmail: otto@example.org\n"
          "mail: o.meier@example.org\ntitle: Boss\ntelephoneNumber: 1\nmobile: 2\nemployeeNumber: 7\n"
          "givenName: Otto\ndisplayName: Meier\n");
  const auto id = post("otto");
  EXPECT_THAT(values(dn, "title"), ElementsAre("Boss"));
  EXPECT_THAT(values(dn, "employeeNumber"), ElementsAre("7"));
  EXPECT_THAT(values(dn, "telephoneNumber"), ElementsAre("1"));
  EXPECT_THAT(values(dn, "mail"), ElementsAre("o.meier@example.org", "otto@example.org"));
  EXPECT_THAT(values(dn, "uid"), ElementsAre("om", "otto"));
  EXPECT_THAT(values(dn, "cn"), ElementsAre("Otto", "Otto Meier"));
  EXPECT_THAT(values(dn, "sn"), ElementsAre("Meier"));
  EXPECT_THAT(values(dn, "displayName"), ElementsAre("Meier"));
  EXPECT_FALSE(try_apply(id).value());
  patch(id, R"({"title":"Clerk","emails":[{"value":"new@example.org"}],"displayName":"Otto M."})");
  EXPECT_THAT(values(dn, "title"), ElementsAre("Clerk"));
  EXPECT_THAT(values(dn, "mail"), ElementsAre("new@example.org", "o.meier@example.org"));
  EXPECT_THAT(values(dn, "cn"), ElementsAre("Otto", "Otto M."));
  patch(id, R"({"emails":[{"value":"newer@example.org"}]})");
  EXPECT_THAT(values(dn, "mail"), ElementsAre("newer@example.org", "o.meier@example.org"));
  const json::object plain{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
                           {"userName", "otto"}};
  ASSERT_TRUE(at().users->replace(id, plain, {}, soon()));
  EXPECT_THAT(values(dn, "title"), IsEmpty()) << "sent once, and now taken back";
  EXPECT_THAT(values(dn, "mail"), ElementsAre("o.meier@example.org"));
  EXPECT_THAT(values(dn, "mobile"), ElementsAre("2"));
  EXPECT_FALSE(try_apply(id).value());
}

TEST_F(Adoption, B3_ReleaseGivesBackWhatWasThere) {
  const auto dn = emea("cn=Otto Meier");
  by_hand(dn,
          "uid: otto\ncn: Otto Meier\nsn: Meier\nmail: otto@example.org\nmail: o.meier@example.org\ntitle: "
          "Boss\n");
  const auto before = lines_of(dn);
  reopen([](mapping::Rules& rules) {
    rules.user_options.adopt = {MatchBy::UserName};
    rules.user_options.on_delete = mapping::OnDelete::Keep;
  });
  const auto id = post("otto", R"("title":"Clerk","emails":[{"value":"new@example.org"}],"displayName":"O")");
  patch(id, R"({"title":"Chief"})");
  EXPECT_THAT(values(dn, "title"), ElementsAre("Chief"));
  ASSERT_TRUE(try_remove(id));
  EXPECT_EQ(lines_of(dn), before);
}

// Where users log in with something else.
TEST_F(Adoption, B3_TheUidStaysUnlessUsersLogInWithIt) {
  const auto open_with = [&](const std::string& naming) {
    reopen([&](mapping::Rules& rules) {
      rules.user_naming_attribute = naming;
      rules.user_options.adopt = {MatchBy::UserName};
      rules.user_options.on_delete = mapping::OnDelete::Keep;
    });
  };
  struct Case {
    const char *naming, *rdn, *login, *attributes;
  };
  for (const auto& one :
       {Case{"cn", "cn=Lea X", "Lea X", "uid: lea\nuid: l.x\ncn: Lea X\nsn: X\n"},
        Case{"cn", "uid=lea", "Lea X", "uid: lea\ncn: Lea X\nsn: X\n"},
        Case{"cn", "cn=Lea X", "Lea X", "cn: Lea X\nsn: X\n"},
        Case{"mail", "uid=otto", "otto@old.example",
             "uid: otto\ncn: Otto\nsn: M\nmail: otto@old.example\nmail: o2@old.example\n"},
        Case{"mail", "cn=Otto", "otto@old.example",
             "uid: otto\ncn: Otto\nsn: M\nmail: otto@old.example\nmail: o2@old.example\n"}}) {
    SCOPED_TRACE(std::string(one.naming) + " " + one.rdn);
    open_with(one.naming);
    const auto dn = emea(one.rdn);
    by_hand(dn, one.attributes);
    const auto before = lines_of(dn);
    const auto uid = values(dn, "uid");
    const auto id = post(one.login, R"("emails":[{"value":"other@example.org"}])");
    EXPECT_EQ(values(dn, "uid"), uid);
    EXPECT_THAT(found_by_login(one.login), ElementsAre(dn));
    patch(id, R"({"title":"Clerk","active":false})");
    patch(id, R"({"title":"Chief","active":true,"emails":[{"value":"third@example.org"}]})");
    EXPECT_EQ(values(dn, "uid"), uid);
    EXPECT_THAT(found_by_login(one.login), ElementsAre(dn)) << "whatever mail is sent";
    EXPECT_FALSE(try_apply(id).value());
    ASSERT_TRUE(try_remove(id));
    EXPECT_EQ(lines_of(dn), before) << "released, it is what it was";
    ASSERT_EQ(ldap_modify(server(), As::Admin, "dn: " + dn + "\nchangetype: delete\n").exit_code, 0);
  }
}

// He may have given somebody several.
TEST_F(Adoption, R2_LoginsThatTheAdministratorHasGivenStayWhoseverTheyAre) {
  struct Case {
    const char *rdn, *login, *other, *first_uids;
  };
  for (const auto& one : {Case{"cn=Nina N+uid=nina", "nina2", "nina", "uid: nina\nuid: nina2\n"},
                          Case{"uid=nina", "nina2", "nina", "uid: nina2\nuid: nina\n"},
                          Case{"cn=Nina N", "nina2", "nina", "uid: nina\nuid: nina2\n"},
                          Case{"uid=nina", "NINA2", "nina", "uid: nina\nuid: nina2\n"},
                          Case{"cn=Nina N+uid=nina", "nina", "nina2", "uid: nina2\nuid: nina\n"}}) {
    SCOPED_TRACE(std::string(one.rdn) + " " + one.login);
    const auto dn = emea(one.rdn);
    by_hand(dn, std::string(one.first_uids) + "cn: Nina N\nsn: N\n");
    const auto id = post(one.login);
    EXPECT_THAT(values(dn, "dirbridgeId"), ElementsAre(id)) << "it keeps its name";
    EXPECT_THAT(uids(dn), ElementsAre(one.login, one.other)) << "products read the one of the user";
    EXPECT_EQ(try_post(one.other).error().kind, ErrorKind::Uniqueness);
    EXPECT_FALSE(try_apply(id).value());
    patch(id, R"({"active":false})");
    patch(id, R"({"active":true,"title":"Clerk"})");
    EXPECT_THAT(uids(dn), ElementsAre(one.login, one.other));
    const auto named = dn.find(std::string("uid=") + one.login) != std::string::npos;
    patch(id, R"({"userName":"nina3"})");
    const auto now = named ? emea("cn=Nina N+uid=nina3") : dn;
    EXPECT_THAT(uids(now), ElementsAre("nina3", one.other));
    EXPECT_EQ(try_post(one.other).error().kind, ErrorKind::Uniqueness);
    ASSERT_TRUE(try_remove(id));
    ASSERT_EQ(ldap_modify(server(), As::Admin, "dn: " + now + "\nchangetype: delete\n").exit_code, 0);
  }
}

TEST_F(Adoption, R2_AnotherOneOfTheLoginsThatTheAdministratorHasGivenTakesNoneAway) {
  const auto dn = emea("cn=Nina N+uid=nina");
  by_hand(dn, "uid: nina\nuid: nina2\ncn: Nina N\nsn: N\n");
  const auto id = post("nina2");
  for (const auto& [login, other] : {std::pair("nina", "nina2"), std::pair("nina2", "nina")}) {
    patch(id, std::string(R"({"userName":")") + login + "\"}");
    EXPECT_THAT(uids(dn), ElementsAre(login, other));
    EXPECT_EQ(try_post(other).error().kind, ErrorKind::Uniqueness);
    EXPECT_FALSE(try_apply(id).value());
  }
  patch(id, R"({"userName":"nina3"})");
  patch(id, R"({"userName":"nina"})");
  EXPECT_THAT(uids(dn), ElementsAre("nina")) << "what another name has taken the place of is gone";
}

TEST_F(Adoption, B4_TheOrderOfPropertiesCounts) {
  by_hand(emea("uid=otto"), "uid: otto\ncn: O\nsn: O\nmail: shared@example.org\n");
  by_hand(emea("uid=eva"), "uid: eva\ncn: E\nsn: E\nmail: shared@example.org\n");
  const std::string shared = R"("emails":[{"value":"shared@example.org"}])";
  const auto otto = post("otto", shared);
  EXPECT_THAT(values(emea("uid=otto"), "dirbridgeId"), ElementsAre(otto));
  EXPECT_THAT(values(emea("uid=eva"), "dirbridgeId"), IsEmpty());
  by_hand(emea("uid=max"), "uid: max\ncn: M\nsn: M\nmail: shared@example.org\n");
  reopen_adopting({MatchBy::Mail, MatchBy::UserName});
  const auto eva = post("eva", shared);
  EXPECT_THAT(values(emea("uid=eva"), "dirbridgeId"), ElementsAre(eva)) << "the login tells the two apart";
  by_hand(emea("uid=mia"), "uid: mia\ncn: M\nsn: M\nmail: shared@example.org\n");
  const auto nobody = try_post("nobody", shared);
  ASSERT_FALSE(nobody);
  EXPECT_THAT(nobody.error().detail, HasSubstr("several entries"));
}

// Disabled users are moved aside.
class MovedAside : public LivedIn {
 protected:
  void SetUp() override {
    LivedIn::SetUp();
    reopen_moving();
  }
  void reopen_moving(const TestConnection::Adjust& more = [](mapping::Rules&) {}) {
    reopen([&](mapping::Rules& rules) {
      rules.disable.move_to = directory::Dn::parse(aside()).value();
      rules.user_options.adopt = {MatchBy::UserName};
      more(rules);
    });
  }
  std::string aside() { return "ou=leavers," + server().group_base(); }
  std::string aside(const std::string& rdn) { return rdn + "," + aside(); }
  void move_by_hand(const std::string& from, const std::string& rdn, const std::string& to) {
    const auto done = ldap_modify(server(), As::Admin,
                                  "dn: " + from + "\nchangetype: modrdn\nnewrdn: " + rdn +
                                      "\ndeleteoldrdn: 1\nnewsuperior: " + to + "\n");
    ASSERT_EQ(done.exit_code, 0) << done.output;
  }
  void expect_back(const std::string& id, const std::string& dn) {
    EXPECT_THAT(values(dn, "dirbridgeId"), ElementsAre(id)) << dn;
    EXPECT_THAT(values(dn, "dirbridgeActive"), ElementsAre("TRUE"));
    EXPECT_FALSE(try_apply(id).value()) << "nothing is left to do";
  }
};

TEST_F(MovedAside, B2_WhoWasAdoptedComesBackToHerPlace) {
  by_hand(emea("cn=Otto Meier"), "uid: otto\ncn: Otto Meier\nsn: Meier\ntitle: Boss\n");
  const auto otto = post("otto", R"("title":"Clerk")");
  for (int i = 0; i < 2; ++i) {
    patch(otto, R"({"active":false})");
    EXPECT_TRUE(exists(aside("cn=Otto Meier")));
    EXPECT_FALSE(try_apply(otto).value());
    patch(otto, R"({"active":true})");
    expect_back(otto, emea("cn=Otto Meier"));
  }
  ASSERT_TRUE(try_remove(otto));
  EXPECT_TRUE(exists(aside("cn=Otto Meier")));
  EXPECT_EQ(post("otto"), otto);
  expect_back(otto, emea("cn=Otto Meier"));
  reopen_moving([](mapping::Rules& rules) { rules.user_options.on_delete = mapping::OnDelete::Keep; });
  ASSERT_TRUE(try_remove(otto));
  EXPECT_THAT(values(emea("cn=Otto Meier"), "title"), ElementsAre("Boss")) << "what was there is still known";
  EXPECT_THAT(values(emea("cn=Otto Meier"), "dirbridgeOriginal"), IsEmpty());
}

TEST_F(MovedAside, B2_SoDoesAnOwnUserWhomTheAdministratorHasMovedAndMovesAgain) {
  const auto apac = "ou=apac," + server().user_base();
  ASSERT_EQ(ldap_add(server(), As::Admin, "dn: " + apac + "\nobjectClass: organizationalUnit\n").exit_code,
            0);
  const auto ann = post("ann");
  for (const auto& [from, to] : {std::pair(user_dn("ann"), apac), std::pair("uid=ann," + apac, emea("")),
                                 std::pair(emea("uid=ann"), server().user_base())}) {
    const auto place = to.front() == ',' ? to.substr(1) : to;
    move_by_hand(from, "uid=ann", place);
    patch(ann, R"({"active":false,"title":"Clerk"})");
    EXPECT_TRUE(exists(aside("uid=ann")));
    patch(ann, R"({"active":true})");
    expect_back(ann, "uid=ann," + place);
  }
}

TEST_F(MovedAside, B2_WhosePlaceIsGoneComesBackBelowTheUserBase) {
  by_hand(emea("uid=otto"), "uid: otto\ncn: O\nsn: M\n");
  const auto otto = post("otto");
  patch(otto, R"({"active":false})");
  ASSERT_EQ(
      ldap_modify(server(), As::Admin, "dn: " + emea("").substr(1) + "\nchangetype: delete\n").exit_code, 0);
  patch(otto, R"({"active":true})");
  expect_back(otto, user_dn("otto"));
}

TEST_F(MovedAside, B2_WhomAnotherConnectionTakesUpComesBackToHerPlace) {
  by_hand(emea("cn=Otto"), "uid: otto\ncn: Otto\nsn: M\n");
  const auto otto = post("otto");
  ASSERT_TRUE(try_remove(otto));
  TestConnection entra(server(), "entra", [&](mapping::Rules& rules) {
    rules.disable.move_to = directory::Dn::parse(aside()).value();
    rules.user_options.adopt = {MatchBy::UserName};
  });
  const auto made = entra.users->create(user_message("otto"), soon());
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_THAT(values(emea("cn=Otto"), "dirbridgeId"), ElementsAre(id_of(*made)));
}

// Wherever the disabling is cut, and whoever finishes it.
TEST_F(MovedAside, B2_ThePlaceIsKnownAlsoOfADisablingThatWasInterrupted) {
  by_hand(emea("cn=Otto"), "uid: otto\ncn: Otto\nsn: M\n");
  const auto otto = post("otto");
  for (const bool swept : {false, true}) {
    WatchedConnection watched(at());
    watched.directory.before = Between::away_after(
        [](const auto& change) { return std::holds_alternative<directory::Rename>(change.operation); });
    ASSERT_FALSE(watched.users->patch(otto, patch_message("replace", "active", false), {},
                                      provision::Members::Leave, soon()));
    ASSERT_TRUE(exists(aside("cn=Otto")));
    if (swept)
      ASSERT_TRUE(provision::sweep(at().context, soon()));
    else
      patch(otto, R"({"active":true})");
    expect_back(otto, emea("cn=Otto"));
  }
}

TEST_F(MovedAside, B2_TheOrderOfLoginsIsWhatItWas) {
  by_hand(emea("cn=Nina N+uid=nina"), "uid: nina\nuid: nina2\nuid: nina3\ncn: Nina N\ncn: Nina\nsn: N\n");
  const auto nina = post("nina");
  for (const bool update : {true, false}) {
    reopen_moving([&](mapping::Rules& rules) { rules.user_options.update = update; });
    patch(nina, R"({"active":false})");
    EXPECT_THAT(uids(aside("cn=Nina N+uid=nina")), ElementsAre("nina", "nina2", "nina3"));
    patch(nina, R"({"active":true})");
    EXPECT_THAT(uids(emea("cn=Nina N+uid=nina")), ElementsAre("nina", "nina2", "nina3"));
  }
  reopen_moving();
  patch(nina, R"({"userName":"nina.n"})");
  EXPECT_THAT(uids(emea("cn=Nina N+uid=nina.n")), ElementsAre("nina.n", "nina2", "nina3"));
}

}  // namespace
}  // namespace dirbridge::test
