// Who is to lose access loses it, whatever else a rule, a limit, a syntax or somebody else's name refuses
// (design rule 15).
#include <gmock/gmock.h>

#include "connection_fixture.hpp"
#include "support/left_notes.hpp"
#include "support/name_rule.hpp"

namespace dirbridge::test {
namespace {

using provision::Members;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class Leavers : public SlapdFixture {
 protected:
  void SetUp() override {
    SlapdFixture::SetUp();
    reopen();
  }
  void TearDown() override {
    okta_.reset();
    SlapdFixture::TearDown();
  }

  // The bridge starts again, with other rules.
  void reopen(const TestConnection::Adjust& adjust = [](mapping::Rules&) {}) {
    okta_.reset();
    left_.fields.clear();
    okta_ = std::make_unique<TestConnection>(server(), "okta", adjust, nullptr, &left_);
  }

  static Result<std::string> id_in(const Result<json::object>& made) {
    if (!made) return made.error();
    return id_of(*made);
  }
  std::string add(const std::string& name, const std::string& more = {}) {
    const auto body = R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" + name +
                      "\"" + (more.empty() ? "" : "," + more) + "}";
    const auto made = id_in(okta_->users->create(json::parse(body), soon()));
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? *made : std::string();
  }
  std::string add_group(const std::string& name, const std::vector<std::string>& ids) {
    json::array members;
    for (const auto& id : ids) members.emplace_back(json::object{{"value", id}});
    const json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                            {"displayName", name},
                            {"members", members}};
    const auto made = id_in(okta_->groups->create(body, soon()));
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? *made : std::string();
  }

  // Operations, or the answer's error: success is an empty text.
  static json::value message(const std::string& operations) {
    return json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)" +
                       operations + "]}");
  }
  static std::string said(const std::optional<Error>& e) { return e ? e->detail : std::string(); }
  std::string patch(const std::string& id, const std::string& operations) {
    const auto done = okta_->users->patch(id, message(operations), {}, Members::Leave, soon());
    return said(done ? std::nullopt : std::optional(done.error()));
  }
  std::string patch_group(const std::string& id, const std::string& operations) {
    const auto done = okta_->groups->patch(id, message(operations), {}, Members::Load, soon());
    return said(done ? std::nullopt : std::optional(done.error()));
  }
  std::string put(const std::string& id, const std::string& attributes) {
    const auto body = R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)" + attributes + "}";
    const auto done = okta_->users->replace(id, json::parse(body), {}, soon());
    return said(done ? std::nullopt : std::optional(done.error()));
  }
  std::string remove(const std::string& id) {
    const auto done = okta_->users->remove(id, {}, soon());
    return said(done ? std::nullopt : std::optional(done.error()));
  }
  std::string converge(const std::string& id) {
    const auto done = okta_->users->converge(id, soon());
    return said(done ? std::nullopt : std::optional(done.error()));
  }

  json::object get(const std::string& id) {
    const auto found = okta_->users->find(id, Members::Leave, soon());
    EXPECT_TRUE(found) << (found ? "" : found.error().detail);
    return found ? *found : json::object();
  }
  std::vector<std::string> values(const std::string& dn, const std::string& attribute) {
    const auto entry = directory::read(okta_->pool, directory::Dn::parse(dn).value(), {attribute}, soon());
    EXPECT_TRUE(entry && *entry) << dn;
    return entry && *entry ? (*entry)->attributes.values(attribute) : std::vector<std::string>();
  }
  void expect_hidden(const std::string& dn) {
    EXPECT_THAT(values(dn, "dirbridgeActive"), ElementsAre("FALSE")) << dn;
  }
  std::string uid(const std::string& name) { return "uid=" + name + "," + server().user_base(); }
  std::string cn(const std::string& name) { return "cn=" + name + "," + server().group_base(); }
  void add_person(const std::string& name) {
    ASSERT_EQ(ldap_add(server(), As::Admin,
                       "dn: " + uid(name) + "\nobjectClass: inetOrgPerson\nuid: " + name + "\ncn: " + name +
                           "\nsn: " + name + "\n")
                  .exit_code,
              0);
  }

  std::unique_ptr<TestConnection> okta_;
  LeftNotes left_;
};

constexpr const char* deactivation = R"({"op":"replace","path":"active","value":false})";

// Rules under which the name of today could not be given.
std::vector<TestConnection::Adjust> refusing_rules() {
  return {[](mapping::Rules& r) { r.user_options.bad_characters = mapping::BadCharacters::Refuse; },
          [](mapping::Rules& r) { r.user_options.name_rules = name_rule(".*", ""); },
          [](mapping::Rules& r) { r.user_options.name_rules = name_rule(".*", "taken"); },
          [](mapping::Rules& r) {
            r.login_limits = {"sAMAccountName", 2, "#"};
          },
          [](mapping::Rules& r) { r.user_options.name_rules = name_rule("((a|n)+)+[^z]*z", "$1"); }};
}

TEST_F(Leavers, A1_WhoLeavesKeepsTodaysName) {
  add_person("taken");
  int number = 0;
  for (const auto& adjust : refusing_rules()) {
    reopen();
    const auto name = std::string(30, 'a') + "nn#" + std::to_string(++number);
    const auto by_patch = add(name);
    const auto by_put = add(name + "b");
    const auto deleted = add(name + "c");
    const auto updated = add(name + "d");
    reopen(adjust);
    EXPECT_EQ(patch(by_patch, deactivation), "");
    EXPECT_EQ(put(by_put, R"("userName":")" + name + R"(b","active":false)"), "");
    EXPECT_EQ(remove(deleted), "");
    for (const auto* end : {"", "b", "c"}) expect_hidden(uid(name + end));
    EXPECT_THAT(left_.fields, IsEmpty()) << "nobody asked for another name";
    EXPECT_EQ(patch(updated, R"({"op":"replace","path":"displayName","value":"Ann"})"), "");
    EXPECT_THAT(values(uid(name + "d"), "displayName"), ElementsAre("Ann"));
    EXPECT_EQ(converge(updated), "");
    EXPECT_EQ(converge(by_patch), "");
    EXPECT_THAT(left_.fields, Contains("userName"));
  }
}

TEST_F(Leavers, A1_NamingAndEnablingStayStrict) {
  const auto active = add("ann");
  const auto disabled = add("bob#1", R"("active":false)");
  add("cay");
  reopen([](mapping::Rules& r) { r.user_options.bad_characters = mapping::BadCharacters::Refuse; });
  EXPECT_NE(patch(active, R"({"op":"replace","path":"userName","value":"a#b"})"), "");
  EXPECT_NE(patch(active, R"({"op":"replace","path":"userName","value":"cay"})"), "");
  EXPECT_NE(patch(disabled, R"({"op":"replace","path":"active","value":true})"), "");
  EXPECT_EQ(get(active).at("userName"), "ann");
  EXPECT_THAT(left_.fields, IsEmpty());
}

TEST_F(Leavers, A2_ARenameThatCannotBeMadeIsPutOff) {
  const auto leaver = add("ann@acme.example");
  const auto deleted = add("bob@acme.example");
  add_person("ann");
  add_person("bob");
  reopen([](mapping::Rules& r) { r.user_options.name_rules = name_rule("(.*)@.*", "$1"); });
  EXPECT_EQ(patch(leaver, R"({"op":"replace","path":"displayName","value":"Ann"})"), "");
  EXPECT_THAT(left_.fields, ElementsAre("userName"));
  EXPECT_THAT(values(uid("ann@acme.example"), "displayName"), ElementsAre("Ann"));
  EXPECT_EQ(converge(leaver), "");
  EXPECT_EQ(patch(leaver, deactivation), "");
  EXPECT_EQ(remove(deleted), "");
  expect_hidden(uid("ann@acme.example"));
  expect_hidden(uid("bob@acme.example"));
}

TEST_F(Leavers, A2_ATakenNameBesideADisablingIsLeft) {
  const auto ann = add("ann");
  add("bob");
  EXPECT_EQ(put(ann, R"("userName":"bob","title":"Boss","active":false)"), "");
  expect_hidden(uid("ann"));
  EXPECT_EQ(get(ann).at("userName"), "ann");
  EXPECT_EQ(get(ann).at("title"), "Boss");
  EXPECT_THAT(left_.fields, ElementsAre("userName"));
}

TEST_F(Leavers, A3_MembersLeaveAGroupWhoseNameCouldNotBeGiven) {
  const auto ann = add("ann");
  const auto bob = add("bob");
  const auto mapped = [](mapping::Rules& r) {
    r.group_options.keep_existing_user_groups = true;
    r.group_options.names = name_rule("none", "other");
  };
  reopen(mapped);
  const auto group = add_group("Ops-x", {ann, bob});
  reopen([&](mapping::Rules& r) {
    mapped(r);
    r.group_options.names = name_rule("Ops-x", "");
  });
  EXPECT_EQ(patch_group(group, R"({"op":"remove","path":"members[value eq \")" + ann + R"(\"]"})"), "");
  EXPECT_THAT(values(cn("Ops-x"), "member"), ElementsAre(uid("bob")));
  EXPECT_EQ(patch_group(group, R"({"op":"replace","path":"members","value":[{"value":")" + ann + R"("}]})"),
            "");
  EXPECT_THAT(values(cn("Ops-x"), "member"), ElementsAre(uid("ann")));
  EXPECT_EQ(remove(ann), "");
  EXPECT_THAT(values(cn("Ops-x"), "member"), ElementsAre("cn=dirbridge-placeholder"));
}

TEST_F(Leavers, A3_MembersLeaveWhateverIsAskedForBeside) {
  const auto ann = add("ann");
  const auto bob = add("bob");
  const auto group = add_group("team", {ann, bob});
  add_group("other", {});
  const auto leave = R"({"op":"remove","path":"members[value eq \")" + ann + R"(\"]"})";
  EXPECT_EQ(patch_group(group, R"({"op":"replace","path":"displayName","value":"other"},)" + leave), "");
  EXPECT_THAT(values(cn("team"), "member"), ElementsAre(uid("bob")));
  EXPECT_EQ(patch_group(group, R"({"op":"add","path":"members","value":[{"value":")" + ann + R"("}]})"), "");
  EXPECT_EQ(patch_group(group, R"({"op":"replace","path":"nowhere","value":1},)" + leave), "");
  EXPECT_THAT(values(cn("team"), "member"), ElementsAre(uid("bob")));
  EXPECT_NE(patch_group(group, R"({"op":"replace","path":"nowhere","value":1})"), "");
  EXPECT_THAT(left_.fields, testing::SizeIs(2));
  const auto put = okta_->groups->replace(
      group,
      json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"other"})"), {},
      soon());
  ASSERT_TRUE(put) << put.error().detail;
  EXPECT_THAT(values(cn("team"), "member"), ElementsAre("cn=dirbridge-placeholder"));
}

TEST_F(Leavers, A3_MembersWhoAreLeftOutLeaveWhateverElseCannotBeRead) {
  const auto ann = add("ann");
  const auto bob = add("bob");
  const auto cay = add("cay");
  const auto group = add_group("team", {ann, bob});
  const std::string schema = R"("schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],)";
  const auto put_group = [&](const std::string& rest, const std::string& member) {
    const auto done = okta_->groups->replace(
        group, json::parse("{" + rest + R"("members":[{"value":")" + member + R"("}]})"), {}, soon());
    return done ? std::string() : done.error().field;
  };
  for (const auto& unreadable :
       {schema + R"("displayName":["a","b"],)", schema + R"("displayName":"team","externalId":{"a":1},)",
        schema, std::string(R"("displayName":"team",)")}) {
    SCOPED_TRACE(unreadable);
    EXPECT_EQ(patch_group(group, R"({"op":"add","path":"members","value":[{"value":")" + ann +
                                     R"("},{"value":")" + bob + R"("}]})"),
              "");
    left_.fields.clear();
    EXPECT_EQ(put_group(unreadable, ann), "");
    EXPECT_THAT(values(cn("team"), "member"), ElementsAre(uid("ann")));
    EXPECT_THAT(left_.fields, testing::SizeIs(1));
    EXPECT_NE(put_group(unreadable, ann), "") << "nobody leaves: it is refused for what it is";
    EXPECT_EQ(put_group(unreadable, cay), "") << "who comes with who leaves comes";
    EXPECT_THAT(values(cn("team"), "member"), ElementsAre(uid("cay")));
  }
  EXPECT_EQ(patch_group(group, R"({"op":"replace","path":"members","value":[{"value":")" + ann + R"("}]})"),
            "");
  const auto silent =
      okta_->groups->replace(group, json::parse("{" + schema + R"("externalId":{"a":1}})"), {}, soon());
  EXPECT_FALSE(silent) << "it says nothing of members";
  EXPECT_THAT(values(cn("team"), "member"), ElementsAre(uid("ann")));
}

TEST_F(Leavers, A3_WhoComesWithWhoLeavesIsNotForgotten) {
  const auto ann = add("ann");
  const auto bob = add("bob");
  const auto cay = add("cay");
  add_group("other", {});
  const auto group = add_group("team", {ann, bob});
  const auto leave = R"({"op":"remove","path":"members[value eq \")" + ann + R"(\"]"},)";
  const auto come = R"({"op":"add","path":"members","value":[{"value":")" + cay + R"("}]},)";
  const std::string bogus = R"({"op":"replace","path":"nowhere","value":1})";
  const std::string taken = R"({"op":"replace","path":"displayName","value":"other"})";
  const auto back = [&] {
    EXPECT_EQ(patch_group(group, R"({"op":"replace","path":"members","value":[{"value":")" + ann +
                                     R"("},{"value":")" + bob + R"("}]})"),
              "");
  };
  for (const auto& operations : {leave + come + bogus, come + leave + bogus, come + leave + taken}) {
    EXPECT_EQ(patch_group(group, operations), "") << operations;
    EXPECT_THAT(values(cn("team"), "member"), testing::UnorderedElementsAre(uid("bob"), uid("cay")));
    back();
  }
  EXPECT_NE(patch_group(group, come + taken), "") << "nobody leaves";
  EXPECT_THAT(values(cn("team"), "member"), testing::UnorderedElementsAre(uid("ann"), uid("bob")));
  const auto put = okta_->groups->replace(
      group,
      json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"other",)"
                  R"("members":[{"value":")" +
                  bob + R"("},{"value":")" + cay + R"("}]})"),
      {}, soon());
  ASSERT_TRUE(put) << put.error().detail;
  EXPECT_THAT(values(cn("team"), "member"), testing::UnorderedElementsAre(uid("bob"), uid("cay")));
}

TEST_F(Leavers, A4_WhatCanBeReadBesideADisablingIsTaken) {
  const auto ann = add("ann", R"("displayName":"Ann","nickName":"An")");
  EXPECT_EQ(put(ann, R"("userName":"ann","active":false,"displayName":{"a":1},"title":"Boss")"), "");
  expect_hidden(uid("ann"));
  EXPECT_EQ(get(ann).at("title"), "Boss");
  EXPECT_EQ(get(ann).at("displayName"), "Ann");
  EXPECT_EQ(get(ann).at("nickName"), "An") << "what is not named may be what could not be read";
  EXPECT_THAT(left_.fields, ElementsAre("displayName"));
}

TEST_F(Leavers, A4_ValuesThatTheDirectoryRefusesAreLeft) {
  reopen([](mapping::Rules& r) {
    r.user_options.attributes.push_back(
        {"homePhone", mapping::Template::parse("{nickName}", scim::standard_catalog().user).value()});
  });
  const auto ann = add("ann", R"("nickName":"1")");
  EXPECT_NE(put(ann, R"("userName":"ann","nickName":"ü*ü","active":true)"), "");
  EXPECT_EQ(put(ann, R"("userName":"ann","nickName":"ü*ü","active":false)"), "");
  expect_hidden(uid("ann"));
  EXPECT_THAT(left_.fields, ElementsAre("attributes"));
  EXPECT_EQ(put(ann, R"("userName":"ann","active":false,"emails":["a@x.org","a@x.org "])"), "");
  expect_hidden(uid("ann"));
}

TEST_F(Leavers, A4_AnUnknownPathBesideADisablingIsLeft) {
  for (const auto* beside :
       {R"({"op":"replace","path":"nowhere","value":1})", R"({"op":"explode","path":"title"})",
        R"({"op":"replace","path":"emails[type eq","value":"x"})",
        R"({"op":"replace","path":"emails[type eq \"none\"].value"})",
        R"({"op":"replace","path":"name","value":7})", R"({"op":"replace","path":"id","value":"7"})",
        R"({"op":"remove","path":"userName"})", R"({"op":"replace","path":"userName","value":" "})"}) {
    for (const bool first : {true, false}) {
      const auto id = add("ann");
      left_.fields.clear();
      const auto both =
          first ? std::string(deactivation) + "," + beside : std::string(beside) + "," + deactivation;
      EXPECT_EQ(patch(id, both), "") << beside;
      expect_hidden(uid("ann"));
      EXPECT_THAT(left_.fields, Not(IsEmpty())) << beside;
      EXPECT_NE(patch(id, beside), "") << beside << " alone is refused";
      okta_->rules.user_options.on_delete = mapping::OnDelete::Delete;
      EXPECT_EQ(remove(id), "");
    }
  }
  const auto id = add("ann");
  EXPECT_EQ(put(id, R"("userName":{"a":1},"name":"x","active":"False")"), "");
  expect_hidden(uid("ann"));
}

TEST_F(Leavers, A4_WhatCanBeAppliedBesideIsApplied) {
  const auto id = add("ann");
  EXPECT_EQ(patch(id, R"({"op":"replace","path":"title","value":"Boss"},)"
                      R"({"op":"replace","path":"nowhere","value":1},)" +
                          std::string(deactivation)),
            "");
  expect_hidden(uid("ann"));
  EXPECT_EQ(get(id).at("title"), "Boss");
  EXPECT_NE(patch(id, R"({"op":"replace","path":"nowhere","value":1},)"
                      R"({"op":"replace","path":"active","value":true})"),
            "");
}

TEST_F(Leavers, A6_WhereTheEntryCannotMoveItIsHiddenWhereItIs) {
  const auto ann = add("ann");
  const auto bob = add("bob");
  reopen([&](mapping::Rules& r) {
    r.disable.move_to = directory::Dn::parse("ou=nowhere,dc=example,dc=org").value();
    r.disable.mark = false;
  });
  EXPECT_EQ(patch(ann, deactivation), "");
  EXPECT_EQ(remove(bob), "");
  expect_hidden(uid("ann"));
  expect_hidden(uid("bob"));
  EXPECT_THAT(left_.fields, ElementsAre("place", "place"));
}

TEST_F(Leavers, A7_AdoptedPeopleAreHiddenWhenTheyAreDeleted) {
  add_person("ann");
  reopen([](mapping::Rules& r) {
    r.user_options.adopt = {mapping::MatchBy::UserName};
    r.user_options.on_delete = mapping::OnDelete::Delete;
  });
  const auto id = add("ann");
  const auto group = add_group("team", {id});
  EXPECT_EQ(remove(id), "");
  expect_hidden(uid("ann"));
  EXPECT_THAT(values(cn("team"), "member"), ElementsAre("cn=dirbridge-placeholder"));
  EXPECT_EQ(add("ann"), id);
}

TEST_F(Leavers, A8_OnlyAnExplicitTrueEnables) {
  const auto id = add("ann");
  EXPECT_EQ(patch(id, deactivation), "");
  for (const auto omitted : {scim::PutOmitted::Clear, scim::PutOmitted::Keep}) {
    okta_->context.put_omitted = omitted;
    okta_->users = provision::make_users(okta_->context);
    EXPECT_EQ(put(id, R"("userName":"ann","title":"Boss")"), "");
    expect_hidden(uid("ann"));
    EXPECT_EQ(put(id, R"("userName":"ann","active":null)"), "");
    EXPECT_EQ(get(id).at("active"), false);
  }
  EXPECT_EQ(put(id, R"("userName":"ann","active":true)"), "");
  EXPECT_EQ(get(id).at("active"), true);
  EXPECT_EQ(put(id, R"("userName":"ann")"), "");
  EXPECT_EQ(get(id).at("active"), true);
}

TEST_F(Leavers, G5_MailThatTheDirectoryCannotHoldIsTold) {
  const auto id = add("ann", R"("emails":[{"value":"jürgen@x.org","primary":true}])");
  EXPECT_THAT(left_.fields, ElementsAre("emails"));
  EXPECT_THAT(values(uid("ann"), "mail"), IsEmpty());
  EXPECT_EQ(patch(id, R"({"op":"replace","path":"title","value":"Boss"})"), "");
  EXPECT_THAT(left_.fields, testing::SizeIs(1)) << "once";
}

}  // namespace
}  // namespace dirbridge::test
