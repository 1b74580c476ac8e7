// Changes of a group that meet another one half-way: between what was read and what is written.
#include <gmock/gmock.h>

#include <thread>

#include "between.hpp"

namespace dirbridge::test {
namespace {

using directory::Change;
using provision::Members;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class GroupRace : public ConnectionFixture {
 protected:
  void SetUp() override {
    ConnectionFixture::SetUp();
    watched_ = std::make_unique<WatchedConnection>(connection());
  }
  void TearDown() override {
    watched_.reset();
    ConnectionFixture::TearDown();
  }

  void ldif(const std::string& text) {
    const auto done = ldap_modify(server(), As::Admin, text);
    ASSERT_EQ(done.exit_code, 0) << done.output;
  }
  void add_member(const std::string& group, const std::string& user) {
    ldif("dn: " + group_dn(group) + "\nchangetype: modify\nadd: member\nmember: " + user_dn(user) + "\n");
  }
  // Happens once, just before the first change of the entry is sent.
  void before_change_of(const std::string& dn, std::function<void()> what) {
    watched_->directory.before = [this, dn, what](const Change& change) -> Result<> {
      if (directory::target(change).str() != dn || std::exchange(happened_, true)) return {};
      what();
      return {};
    };
  }
  static json::value named(const std::string& name, const std::string& members) {
    return json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":")" +
                       name + R"(","members":)" + members + "}");
  }
  std::string version_of(const std::string& id) {
    return std::string(group(id).at("meta").at("version").as_string());
  }

  std::unique_ptr<WatchedConnection> watched_;
  bool happened_ = false;
};

TEST_F(GroupRace, WhoAsksForAVersionIsRefusedAlsoWhenOnlyTheMembersChangedMeanwhile) {
  const auto ann = id_of(add_user("ann"));
  add_user("ben");
  const auto team = id_of(add_group("team", {}));
  const auto version = version_of(team);
  before_change_of(group_dn("team"), [&] { add_member("team", "ben"); });
  const auto done =
      watched_->groups->patch(team, member_operation("add", {ann}), {version}, Members::Leave, soon());
  EXPECT_TRUE(happened_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::PreconditionFailed);
  EXPECT_THAT(values(group_dn("team"), "member"), Contains(user_dn("ben")));
  EXPECT_THAT(values(group_dn("team"), "member"), Not(Contains(user_dn("ann"))));
}

TEST_F(GroupRace, AWholeListTakesOutAlsoWhoComesWhileItIsWritten) {
  const auto ann = id_of(add_user("ann"));
  add_user("ben");
  const auto team = id_of(add_group("team", {}));
  const std::string list = R"([{"value":")" + ann + "\"}]";
  before_change_of(group_dn("team"), [&] { add_member("team", "ben"); });
  ASSERT_TRUE(watched_->groups->replace(team, named("team", list), {}, soon()));
  EXPECT_TRUE(happened_);
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(user_dn("ann")));

  happened_ = false;
  before_change_of(group_dn("team"), [&] { add_member("team", "ben"); });
  ASSERT_TRUE(watched_->groups->patch(team, member_operation("replace", {}), {}, Members::Leave, soon()));
  EXPECT_TRUE(happened_);
  EXPECT_THAT(values(group_dn("team"), "member"), Not(Contains(user_dn("ben"))));
  EXPECT_THAT(values(group_dn("team"), "member"), Not(Contains(user_dn("ann"))));
}

// The rename of ann to anna has told the groups, and has not got further.
TEST_F(GroupRace, AWholeListTakesOutWhoIsBeingRenamedUnderBothNames) {
  add_user("ann");
  const auto team = id_of(add_group("team", {id_of(add_user("ben"))}));
  ldif("dn: " + user_dn("ann") + "\nchangetype: modify\nreplace: dirbridgeAlias\ndirbridgeAlias: " +
       user_dn("ann") + "\ndirbridgeAlias: " + user_dn("anna") + "\n");
  add_member("team", "ann");
  add_member("team", "anna");
  ASSERT_TRUE(groups().replace(team, named("team", "[]"), {}, soon()));
  for (const auto* name : {"ann", "anna", "ben"})
    EXPECT_THAT(values(group_dn("team"), "member"), Not(Contains(user_dn(name))));
}

TEST_F(GroupRace, AMemberByHandKeepsANameThatSomebodyHasLeft) {
  add_user("ann");
  const auto team = id_of(add_group("team", {}));
  ldif("dn: " + user_dn("ann") + "\nchangetype: modify\nreplace: dirbridgeAlias\ndirbridgeAlias: " +
       user_dn("ann") + "\ndirbridgeAlias: " + user_dn("hand") + "\n");
  const auto made = ldap_add(server(), As::Admin,
                             "dn: " + user_dn("hand") + "\nobjectClass: inetOrgPerson\ncn: hand\nsn: hand\n");
  ASSERT_EQ(made.exit_code, 0) << made.output;
  add_member("team", "hand");
  ASSERT_TRUE(groups().replace(team, named("team", "[]"), {}, soon()));
  EXPECT_THAT(values(group_dn("team"), "member"), Contains(user_dn("hand")));
}

TEST_F(GroupRace, ANameThatAnotherGroupTakesAtThisMomentIsInUse) {
  const auto a = id_of(add_group("a", {}));
  std::thread client;
  Result<json::object> made = error(ErrorKind::Internal, "not asked");
  before_change_of(group_dn("a"), [&] {
    client = std::thread([&] { made = groups().create(named("y", "[]"), soon()); });
    std::this_thread::sleep_for(std::chrono::milliseconds(400));  // it has looked for the name by now
  });
  const auto rename = json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      "Operations":[{"op":"replace","path":"displayName","value":"y"}]})");
  const auto renamed = watched_->groups->patch(a, rename, {}, Members::Leave, soon());
  ASSERT_TRUE(client.joinable());
  client.join();
  ASSERT_TRUE(renamed) << renamed.error().detail;
  ASSERT_FALSE(made) << "two groups have one displayName";
  EXPECT_EQ(made.error().kind, ErrorKind::Uniqueness);
}

TEST_F(GroupRace, WhoeverAFilterLeavesAddsOnlyThoseWhoAreThere) {
  const auto ann = id_of(add_user("ann"));
  const auto inner = id_of(add_group("inner", {}));
  const auto team = id_of(add_group("team", {inner}));
  std::thread client;
  before_change_of(group_dn("team"), [&] {
    client = std::thread([&] { EXPECT_TRUE(users().remove(ann, {}, soon())); });
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
  });
  const auto both = json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[
      {"op":"add","path":"members","value":[{"value":")" +
                                ann + R"("}]},{"op":"remove","path":"members[type eq \"Group\"]"}]})");
  ASSERT_TRUE(watched_->groups->patch(team, both, {}, Members::Leave, soon()));
  ASSERT_TRUE(client.joinable());
  client.join();
  EXPECT_THAT(values(group_dn("team"), "member"), Not(Contains(user_dn("ann"))));
  EXPECT_THAT(values(group_dn("team"), "member"), Not(Contains(group_dn("inner"))));
}

TEST_F(GroupRace, AGroupThatCannotBeDeletedStaysInItsGroups) {
  const auto inner = id_of(add_group("inner", {}));
  add_group("outer", {inner});
  watched_->directory.before = [&](const Change& change) -> Result<> {
    if (directory::target(change).str() != group_dn("inner")) return {};
    return error(ErrorKind::Denied, "not this one");
  };
  EXPECT_FALSE(watched_->groups->remove(inner, {}, soon()));
  EXPECT_THAT(values(group_dn("outer"), "member"), Contains(group_dn("inner")));
  watched_->directory.before = nullptr;
  EXPECT_TRUE(watched_->groups->remove(inner, {}, soon()));
  EXPECT_THAT(values(group_dn("outer"), "member"), Not(Contains(group_dn("inner"))));
}

// One number is the id at the source of a user and of a group.
TEST_F(GroupRace, AnExternalIdOfTwoIsTheUsers) {
  add_user("ann", R"("externalId":"42")");
  auto made = groups().create(json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],
      "displayName":"inner","externalId":"42"})"),
                              soon());
  ASSERT_TRUE(made) << made.error().detail;
  add_group("team", {"42"});
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(user_dn("ann")));
}

}  // namespace
}  // namespace dirbridge::test
