#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "connection_fixture.hpp"

// Renames: the entry keeps its id and entryUUID, and its groups follow, with and without the refint overlay.

namespace dirbridge::test {
namespace {

using provision::Members;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class NamesTest : public ConnectionFixture, public testing::WithParamInterface<bool> {
 protected:
  slapd::Options options() const override {
    auto options = fast_slapd_options();
    options.refint = GetParam();
    return options;
  }
  Result<provision::Patched> rename_user(const std::string& id, const std::string& name) {
    return users().patch(
        id, json::parse(R"({"Operations":[{"op":"replace","path":"userName","value":")" + name + "\"}]}"), {},
        Members::Load, soon());
  }
  // What a crash leaves of bob's rename to rob: the entry remembers both names, and one more step was made.
  void interrupt_rename_after(const std::string& step) {
    ASSERT_EQ(ldap_modify(server(), As::Admin,
                          "dn: " + user_dn("bob") +
                              "\nchangetype: modify\nadd: dirbridgeAlias\ndirbridgeAlias: " + user_dn("bob") +
                              "\ndirbridgeAlias: " + user_dn("rob") + "\n\ndn: " + step + "\n")
                  .exit_code,
              0);
  }
};

TEST_P(NamesTest, UserRenameKeepsIdAndMemberships) {
  const auto bob = id_of(add_user("bob"));
  const auto eve = id_of(add_user("eve"));
  add_group("both", {bob, eve});
  add_group("alone", {bob});
  const auto uuid = values(user_dn("bob"), "entryUUID");
  const auto renamed = rename_user(bob, "robert");
  ASSERT_TRUE(renamed) << renamed.error().detail;
  EXPECT_EQ(id_of(renamed->resource), bob);
  EXPECT_FALSE(exists(user_dn("bob")));
  EXPECT_EQ(values(user_dn("robert"), "entryUUID"), uuid);
  EXPECT_THAT(values(user_dn("robert"), "uid"), ElementsAre("robert"));
  EXPECT_THAT(values(user_dn("robert"), "dirbridgeAlias"), IsEmpty());
  EXPECT_THAT(values(group_dn("both"), "member"), ElementsAre(user_dn("eve"), user_dn("robert")));
  EXPECT_THAT(values(group_dn("alone"), "member"), ElementsAre(user_dn("robert")));
}

TEST_P(NamesTest, ByPutAsWell) {
  const auto bob = id_of(add_user("bob"));
  add_group("team", {bob});
  ASSERT_TRUE(users().replace(
      bob, json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"rob"})"), {},
      soon()));
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(user_dn("rob")));
}

TEST_P(NamesTest, ChangeOfLetterCaseKeepsMemberships) {
  const auto bob = id_of(add_user("bob"));
  const auto team = id_of(add_group("team", {bob}));
  const auto renamed = rename_user(bob, "Bob");
  ASSERT_TRUE(renamed) << renamed.error().detail;
  EXPECT_THAT(values(user_dn("Bob"), "uid"), ElementsAre("Bob"));
  EXPECT_THAT(member_ids(group(team)), ElementsAre(bob));
}

TEST_P(NamesTest, RenameOntoATakenNameChangesNothing) {
  const auto bob = id_of(add_user("bob"));
  const auto eve = id_of(add_user("eve"));
  const auto team = id_of(add_group("team", {bob}));
  const auto other = id_of(add_group("other", {eve}));
  const auto renamed = rename_user(bob, "eve");
  ASSERT_FALSE(renamed);
  EXPECT_EQ(renamed.error().kind, ErrorKind::Uniqueness);
  EXPECT_EQ(renamed.error().field, "userName");
  EXPECT_THAT(member_ids(group(team)), ElementsAre(bob));
  EXPECT_THAT(member_ids(group(other)), ElementsAre(eve));
}

TEST_P(NamesTest, GroupRenameKeepsIdAndMembersAndItsOwnMemberships) {
  connection().rules.group_options.on_rename = mapping::GroupOptions::OnRename::Follow;
  const auto bob = id_of(add_user("bob"));
  const auto team = id_of(add_group("team", {bob}));
  add_group("outer", {team});
  const auto renamed =
      patch_group(team, R"([{"op":"replace","value":{"id":")" + team + R"(","displayName":"crew"}}])");
  EXPECT_EQ(renamed.at("displayName"), "crew");
  EXPECT_EQ(id_of(renamed), team);
  EXPECT_FALSE(exists(group_dn("team")));
  EXPECT_THAT(values(group_dn("crew"), "cn"), ElementsAre("crew"));
  EXPECT_THAT(values(group_dn("crew"), "member"), ElementsAre(user_dn("bob")));
  EXPECT_THAT(values(group_dn("outer"), "member"), ElementsAre(group_dn("crew")));
}

TEST_P(NamesTest, InterruptedRenameIsUndoneByTheSweep) {
  const auto bob = id_of(add_user("bob"));
  const auto team = id_of(add_group("team", {bob}));
  interrupt_rename_after(group_dn("team") + "\nchangetype: modify\nadd: member\nmember: " + user_dn("rob"));
  ASSERT_TRUE(provision::sweep(connection().context, soon()));
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(user_dn("bob")));
  EXPECT_THAT(values(user_dn("bob"), "dirbridgeAlias"), IsEmpty());
  EXPECT_THAT(member_ids(group(team)), ElementsAre(bob));
}

TEST_P(NamesTest, RepeatedRequestCompletesAnInterruptedRename) {
  const auto bob = id_of(add_user("bob"));
  add_group("team", {bob});
  interrupt_rename_after(user_dn("bob") + "\nchangetype: modrdn\nnewrdn: uid=rob\ndeleteoldrdn: 1");
  ASSERT_TRUE(rename_user(bob, "rob"));
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(user_dn("rob")));
  EXPECT_THAT(values(user_dn("rob"), "dirbridgeAlias"), IsEmpty());
}

// To the directory "\u00df" and "ss" are two names.
TEST_P(NamesTest, RenameToALookalikeKeepsMemberships) {
  const auto id = id_of(add_user("strau\xC3\x9F"));
  const auto team = id_of(add_group("team", {id}));
  ASSERT_TRUE(rename_user(id, "strauss"));
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(user_dn("strauss")));
  EXPECT_THAT(member_ids(group(team)), ElementsAre(id));
}

TEST_P(NamesTest, SweepsBesideRenamesLoseNothing) {
  const auto bob = id_of(add_user("bob"));
  std::vector<std::string> teams;
  for (int i = 0; i < 10; ++i) teams.push_back(id_of(add_group("team" + std::to_string(i), {bob})));
  std::atomic<bool> done{false};
  std::thread sweeper([&] {
    while (!done) EXPECT_TRUE(provision::sweep(connection().context, soon()));
  });
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(rename_user(bob, "bob" + std::to_string(i)));
  done = true;
  sweeper.join();
  for (const auto& team : teams) EXPECT_THAT(member_ids(group(team)), ElementsAre(bob));
}

TEST_P(NamesTest, ANameThatAnUnfinishedRenameHoldsIsNotGivenAway) {
  const auto bob = id_of(add_user("bob"));
  add_group("team", {bob});
  interrupt_rename_after(group_dn("team") + "\nchangetype: modify\nadd: member\nmember: " + user_dn("rob"));
  EXPECT_FALSE(id_of(add_user("rob")).empty()) << "whoever wants the name ends the rename";
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(user_dn("bob")));
  EXPECT_THAT(values(user_dn("bob"), "dirbridgeAlias"), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Refint, NamesTest, testing::Bool(),
                         [](const auto& suite) { return suite.param ? "On" : "Off"; });

}  // namespace
}  // namespace dirbridge::test
