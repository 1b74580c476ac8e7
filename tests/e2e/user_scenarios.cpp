// A user's life: listed, renamed, disabled, back again; and what Atlassian's reader makes of each.
#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "e2e/scenario.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

class UserScenario : public Scenario {
 protected:
  void set_password(const std::string& user, const std::string& password) {
    const auto done = directory().apply(
        {directory::Modify{site_.user_dn(user),
                           {{directory::Modification::Op::Replace, "userPassword", {password}}},
                           false,
                           std::nullopt},
         "password"},
        {}, deadline_in(30s));
    ASSERT_TRUE(done) << done.error().detail;
  }

  // The base of the users is renamed, or on 389-DS, which answers such a search with success, hidden by a
  // rule.
  void hide_users(bool hidden) {
    using directory::Modification;
    const auto base = directory::Dn::parse(site_.user_base).value();
    const directory::Rdn away("ou", "away");
    const Modification rule{hidden ? Modification::Op::Add : Modification::Op::Delete,
                            "aci",
                            {R"((targetattr="*")(version 3.0; acl "hidden"; deny (read,search,compare) )"
                             R"(userdn="ldap:///anyone";))"}};
    const bool by_rule = unique_id() == "nsUniqueId";
    using Operation = decltype(directory::Change::operation);
    const Operation operation =
        by_rule  ? Operation(directory::Modify{base, {rule}, false, std::nullopt})
        : hidden ? Operation(directory::Rename{base, away, std::nullopt})
                 : Operation(directory::Rename{base.parent().child(away), base.rdn(), std::nullopt});
    const auto done = directory().apply({operation, "the base is out of sight"}, {}, deadline_in(30s));
    ASSERT_TRUE(done) << done.error().detail;
    if (by_rule) wait_for_rule(hidden);
  }

  // 389-DS may answer a moment before a rule counts (seen with 2.3.1).
  void wait_for_rule(bool hidden) {
    const auto deadline = deadline_in(10s);
    while (remaining(deadline).count() > 0 && (client_.get("/Users?count=1").status == 503) != hidden)
      std::this_thread::sleep_for(10ms);
  }
};

TEST_F(UserScenario, DisabledUserIsHiddenLockedAndKept) {
  const auto ann = create_user(client_, "ann");
  create_user(client_, "ben");
  const auto group = create_group(client_, "devs", {ann});
  set_password("ann", "secret");
  const auto entry = entry_id("ann");
  EXPECT_EQ(bridge().see(site_, {"--login", "ann"}, Secret("secret")).check(9), "ok");
  const auto before = bridge().write_file("before-disable.json", see().text);

  expect_status(client_.patch("/Users/" + ann, replace("active", false)), 200);
  const auto hidden =
      bridge().see(site_, {"--before", before, "--disabled", "ann", "--locked"}, Secret("secret"));
  EXPECT_EQ(hidden.exit_code, 0) << hidden.text;
  EXPECT_EQ(hidden.check(9), "ok") << hidden.details(9);
  EXPECT_EQ(hidden.check(10), "ok") << hidden.details(10);
  EXPECT_THAT(hidden.user_names(), ElementsAre("ben"));
  EXPECT_THAT(members("devs"), ElementsAre(dn_of("ann"))) << "the membership waits for the return";
  EXPECT_THAT(member_ids(client_, group), ElementsAre(ann));
  EXPECT_EQ(client_.get("/Users/" + ann).json.at("active"), false);

  expect_status(client_.patch("/Users/" + ann, replace("active", true)), 200);
  const auto back = bridge().see(site_, {"--before", before, "--login", "ann"}, Secret("secret"));
  EXPECT_EQ(back.exit_code, 0) << back.text;
  EXPECT_THAT(back.user_names(), testing::UnorderedElementsAre("ann", "ben"));
  EXPECT_THAT(back.members("devs"), ElementsAre("ann"));
  EXPECT_EQ(entry_id("ann"), entry);
  EXPECT_EQ(client_.find("Users", "userName eq \"ann\"").json.at("Resources").at(0).at("id").as_string(),
            std::string_view(ann));
}

TEST_F(UserScenario, PagesHaveNoGapAndNoOverlap) {
  std::set<std::string> created;
  for (int i = 0; i < 23; ++i) created.insert(create_user(client_, "user" + std::to_string(i)));
  std::vector<std::string> listed;
  for (int start = 1; start <= 23; start += 5) {
    const auto page = client_.get("/Users?count=5&startIndex=" + std::to_string(start));
    expect_status(page, 200);
    EXPECT_EQ(page.json.at("totalResults"), 23);
    EXPECT_EQ(page.json.at("itemsPerPage"), start == 21 ? 3 : 5);
    for (const auto& user : page.json.at("Resources").as_array())
      listed.emplace_back(user.at("id").as_string());
  }
  EXPECT_EQ(listed.size(), created.size());
  EXPECT_EQ(std::set<std::string>(listed.begin(), listed.end()), created);
  std::vector<std::string> whole;
  const auto all = client_.get("/Users?count=100");
  for (const auto& user : all.json.at("Resources").as_array()) {
    whole.emplace_back(user.at("id").as_string());
  }
  EXPECT_EQ(listed, whole) << "one order, whatever the page size";
}

TEST_F(UserScenario, D1_NobodyIsNotFoundWhileTheBaseIsOutOfSight) {
  const auto ann = create_user(client_, "ann");
  hide_users(true);
  for (const auto& path :
       {"/Users/" + ann, std::string("/Users"), std::string("/Users?filter=userName%20eq%20%22ann%22")})
    EXPECT_EQ(client_.get(path).status, 503) << path;
  EXPECT_EQ(
      client_
          .patch("/Users/" + ann, boost::json::parse(R"([{"op":"replace","path":"active","value":false}])"))
          .status,
      503);
  EXPECT_EQ(client_.remove("/Users/" + ann).status, 503);
  EXPECT_EQ(client_.post("/Users", user_resource("ben")).status, 503);
  hide_users(false);
  EXPECT_EQ(client_.get("/Users/" + ann).status, 200);
  EXPECT_EQ(client_.get("/Users").json.at("totalResults"), 1);
}

TEST_F(UserScenario, EntriesMadeByHandAreNotOurs) {
  create_user(client_, "ann");
  directory::Attributes attributes = {
      {"objectClass", {"inetOrgPerson"}}, {"uid", {"hand"}}, {"cn", {"Hand"}}, {"sn", {"Made"}}};
  const auto added =
      directory().apply({directory::Add{site_.user_dn("hand"), attributes}, "by hand"}, {}, deadline_in(30s));
  ASSERT_TRUE(added) << added.error().detail;
  EXPECT_EQ(client_.get("/Users").json.at("totalResults"), 1);
  EXPECT_EQ(client_.find("Users", "userName eq \"hand\"").json.at("totalResults"), 0);
  const auto before = dump(directory(), dn_of("hand"));
  const auto taken = client_.post("/Users", user_resource("hand"));
  EXPECT_EQ(taken.status, 409) << taken.body;
  EXPECT_EQ(dump(directory(), dn_of("hand")), before);
  const auto seen = see();
  EXPECT_THAT(seen.user_names(), testing::UnorderedElementsAre("ann", "hand"));
}

TEST_F(UserScenario, EverythingWrittenIsReadBackAfterARestart) {
  const boost::json::object all = {
      {"externalId", "ext-1"},
      {"displayName", "Ann Lee"},
      {"nickName", "Annie"},
      {"profileUrl", "https://example.org/ann"},
      {"title", "Engineer"},
      {"userType", "Employee"},
      {"preferredLanguage", "en-GB"},
      {"locale", "en-GB"},
      {"timezone", "Europe/Berlin"},
      {"name",
       {{"formatted", "Ms. Ann B Lee III"},
        {"familyName", "Lee"},
        {"givenName", "Ann"},
        {"middleName", "B"},
        {"honorificPrefix", "Ms."},
        {"honorificSuffix", "III"}}},
      {"emails",
       {{{"value", "ann@example.org"}, {"type", "work"}, {"primary", true}},
        {{"value", "jürgen@example.org"}, {"type", "home"}}}},
      {"phoneNumbers",
       {{{"value", "+49 (30) 1234"}, {"type", "work"}}, {{"value", "tel:+4930555"}, {"type", "mobile"}}}},
      {"addresses",
       {{{"type", "work"},
         {"streetAddress", "1 Main St"},
         {"locality", "Berlin"},
         {"country", "DE"},
         {"postalCode", "10115"},
         {"formatted", "1 Main St\n10115 Berlin"}}}},
      {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
       {{"employeeNumber", "4711"},
        {"costCenter", "CC"},
        {"organization", "Org"},
        {"division", "Div"},
        {"department", "R&D"}}}};
  const auto ann = create_user(client_, "Ann.Lee", all);
  const auto first = client_.get("/Users/" + ann);
  EXPECT_EQ(bridge().stop(), 0);
  bridge().start();
  auto client = site_.client();
  const auto second = client.get("/Users/" + ann);
  EXPECT_EQ(first.json, second.json);
  for (const auto& member : all)
    EXPECT_EQ(second.json.as_object().at(member.key()), member.value()) << member.key();
  EXPECT_EQ(second.text("userName"), "Ann.Lee");
}

// With and without the overlay that rewrites member values behind the bridge's back.
class Rename : public testing::TestWithParam<bool> {
 protected:
  static slapd::Options options() {
    auto options = test::fast_slapd_options();
    options.refint = GetParam();
    return options;
  }
  Bridge bridge_{{{{"main", {{"groups", {{"on_rename", "follow"}}}}, {}}}, options(), {}}};
  const Site& site_ = bridge_.site("main");
  ScimClient client_ = site_.client();

  std::vector<std::string> members(const std::string& group) {
    return values(bridge_.directory(), site_.group_dn(group), "member");
  }
};
INSTANTIATE_TEST_SUITE_P(Refint, Rename, testing::Bool(),
                         [](const auto& parameter) { return parameter.param ? "on" : "off"; });

TEST_P(Rename, UserKeepsIdsAndGroups) {
  const auto ann = create_user(client_, "ann");
  const auto ben = create_user(client_, "ben");
  const auto alone = create_group(client_, "alone", {ann});
  create_group(client_, "both", {ann, ben});
  const auto seen = bridge_.see(site_, {}, Secret());
  const auto before = bridge_.write_file("before.json", seen.text);
  const auto answer = client_.patch("/Users/" + ann, replace("userName", "anna"));
  expect_status(answer, 200);
  EXPECT_EQ(answer.text("userName"), "anna");
  EXPECT_FALSE(exists(bridge_.directory(), site_.user_dn("ann")));
  EXPECT_THAT(members("alone"), ElementsAre(site_.user_dn("anna").str()));
  EXPECT_THAT(members("both"),
              testing::UnorderedElementsAre(site_.user_dn("anna").str(), site_.user_dn("ben").str()));
  EXPECT_THAT(values(bridge_.directory(), site_.user_dn("anna"), "dirbridgeAlias"), testing::IsEmpty());
  EXPECT_THAT(member_ids(client_, alone), ElementsAre(ann));
  const auto after = bridge_.see(site_, {"--before", before}, Secret());
  EXPECT_EQ(after.exit_code, 0) << after.text;
  EXPECT_EQ(after.check(11), "ok");
  EXPECT_THAT(after.details(11), HasSubstr("ann -> anna"));
}

TEST_P(Rename, UserWithAPutAndBackAgain) {
  const auto ann = create_user(client_, "ann");
  create_group(client_, "devs", {ann});
  expect_status(client_.put("/Users/" + ann, user_resource("Ann")), 200);
  EXPECT_THAT(bridge_.see(site_, {}, Secret()).members("devs"), ElementsAre("Ann"))
      << "a change of case is a rename";
  expect_status(client_.put("/Users/" + ann, user_resource("other")), 200);
  expect_status(client_.put("/Users/" + ann, user_resource("ann")), 200);
  EXPECT_THAT(members("devs"), ElementsAre(site_.user_dn("ann").str()));
  EXPECT_EQ(bridge_.see(site_, {}, Secret()).exit_code, 0);
}

TEST_P(Rename, GroupKeepsMembersAndId) {
  const auto ann = create_user(client_, "ann");
  const auto group = create_group(client_, "devs", {ann});
  const auto entry = values(bridge_.directory(), site_.group_dn("devs"), "entryUUID");
  expect_success(client_.patch("/Groups/" + group, replace("displayName", "Developers")));
  EXPECT_FALSE(exists(bridge_.directory(), site_.group_dn("devs")));
  EXPECT_EQ(values(bridge_.directory(), site_.group_dn("Developers"), "entryUUID"), entry);
  EXPECT_THAT(member_ids(client_, group), ElementsAre(ann));
  const auto seen = bridge_.see(site_, {}, Secret());
  EXPECT_EQ(seen.exit_code, 0) << seen.text;
  EXPECT_THAT(seen.members("Developers"), ElementsAre("ann"));
  EXPECT_FALSE(seen.has_group("devs"));
}

TEST_P(Rename, OntoATakenNameIsRefused) {
  const auto ann = create_user(client_, "ann");
  create_user(client_, "ben");
  const auto group = create_group(client_, "devs", {ann});
  create_group(client_, "ops");
  const auto before =
      dump(bridge_.directory(), site_.user_base) + dump(bridge_.directory(), site_.group_base);
  const auto user = client_.patch("/Users/" + ann, replace("userName", "BEN"));
  EXPECT_EQ(user.status, 409) << user.body;
  EXPECT_EQ(user.text("scimType"), "uniqueness");
  EXPECT_EQ(client_.patch("/Groups/" + group, replace("displayName", "Ops")).status, 409);
  EXPECT_THAT(members("devs"), ElementsAre(site_.user_dn("ann").str()));
  EXPECT_EQ(client_.get("/Users/" + ann).text("userName"), "ann");
  const auto seen = bridge_.see(site_, {}, Secret());
  EXPECT_EQ(seen.exit_code, 0) << seen.text;
}

TEST_P(Rename, DeletedUserLeavesNoTrace) {
  const auto ann = create_user(client_, "ann");
  create_user(client_, "ben");
  create_group(client_, "devs", {ann});
  expect_status(client_.remove("/Users/" + ann), 204);
  EXPECT_THAT(members("devs"), ElementsAre("cn=dirbridge-placeholder"));
  EXPECT_EQ(bridge_.see(site_, {}, Secret()).exit_code, 0);
}

}  // namespace
}  // namespace dirbridge::e2e
