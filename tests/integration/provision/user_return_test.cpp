// A deleted user who comes back while the time is up: never deleted after the answer.
#include <gmock/gmock.h>

#include <thread>

#include "between.hpp"

namespace dirbridge::test {
namespace {

using directory::Change;
using testing::ElementsAre;
using testing::IsEmpty;

void keep_two_days(mapping::Rules& rules) {
  rules.user_options.on_delete = mapping::OnDelete::Delete;
  rules.user_options.delete_after = std::chrono::days(2);
}

class UserReturn : public ConnectionFixture {
 protected:
  void SetUp() override {
    ConnectionFixture::SetUp();
    keep_two_days(connection().rules);
  }

  std::string deleted_and_due(const std::string& name) {
    const auto id = id_of(add_user(name));
    EXPECT_TRUE(users().remove(id, {}, soon()));
    ldif("dn: " + user_dn(name) +
         "\nchangetype: modify\nreplace: dirbridgeDeleted\ndirbridgeDeleted: 20200101000000Z\n");
    return id;
  }
  void ldif(const std::string& text) {
    const auto done = ldap_modify(server(), As::Admin, text);
    ASSERT_EQ(done.exit_code, 0) << done.output;
  }
  bool is_known(const std::string& id) { return bool(users().find(id, provision::Members::Leave, soon())); }
  static json::value ann() {
    return json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann"})");
  }
  bool deletes_ann(const Change& change) {
    return directory::verb(change) == "delete" && directory::target(change).str() == user_dn("ann");
  }
};

TEST_F(UserReturn, WhoIsAnsweredWhileTheSweepDeletesIsThereAfterwards) {
  deleted_and_due("ann");
  WatchedConnection sweeping(connection());
  std::thread client;
  std::string id;
  sweeping.directory.before = [&](const Change& change) -> Result<> {
    if (!deletes_ann(change) || client.joinable()) return {};
    client = std::thread([&] { id = id_of(add_user("ann")); });
    std::this_thread::sleep_for(std::chrono::milliseconds(700));  // time for an answer, if there is no wait
    return {};
  };
  const auto swept = provision::sweep(sweeping.context, soon());
  ASSERT_TRUE(swept) << swept.error().detail;
  ASSERT_TRUE(client.joinable());
  client.join();
  EXPECT_TRUE(exists(user_dn("ann")));
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeId"), ElementsAre(id));
  EXPECT_TRUE(is_known(id));
}

TEST_F(UserReturn, ASecondBridgeBringsBackWhomTheSweepWouldDelete) {
  const auto id = deleted_and_due("ann");
  add_group("team", {});
  ldif("dn: " + group_dn("team") + "\nchangetype: modify\nadd: member\nmember: " + user_dn("ann") + "\n");
  TestConnection second(server(), "okta", keep_two_days);
  WatchedConnection sweeping(connection());
  std::string answered;
  sweeping.directory.before = [&](const Change& change) -> Result<> {
    if (!deletes_ann(change) || !answered.empty()) return {};
    const auto made = second.users->create(ann(), soon());
    answered = made ? id_of(*made) : made.error().detail;
    return {};
  };
  const auto swept = provision::sweep(sweeping.context, soon());
  ASSERT_TRUE(swept) << swept.error().detail;
  EXPECT_EQ(answered, id);
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeId"), ElementsAre(id));
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeDeleted"), IsEmpty());
  EXPECT_THAT(values(group_dn("team"), "member"), testing::Contains(user_dn("ann")));
}

TEST_F(UserReturn, WhoIsDeletedByASecondBridgeWhileComingBackIsMadeAnew) {
  const auto old = deleted_and_due("ann");
  TestConnection second(server(), "okta", keep_two_days);
  WatchedConnection coming(connection());
  bool swept = false;
  coming.directory.before = [&](const Change& change) -> Result<> {
    if (swept || directory::verb(change) != "modify") return {};
    swept = true;
    EXPECT_TRUE(provision::sweep(second.context, soon()));
    EXPECT_FALSE(exists(user_dn("ann")));
    return {};
  };
  const auto made = coming.users->create(ann(), soon());
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_TRUE(swept);
  EXPECT_NE(id_of(*made), old);
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeId"), ElementsAre(id_of(*made)));
}

// The directory refuses once: nobody asks it again and again until the time is up.
TEST_F(UserReturn, WhoseMembershipsCannotEndIsToldAtOnce) {
  deleted_and_due("ann");
  add_group("team", {});
  ldif("dn: " + user_dn("ann") + "\nchangetype: modify\nadd: dirbridgeHeld\ndirbridgeHeld: delete\n");
  ldif("dn: " + group_dn("team") + "\nchangetype: modify\nadd: member\nmember: " + user_dn("ann") + "\n");
  WatchedConnection coming(connection());
  int refusals = 0;
  coming.directory.before = [&](const Change& change) -> Result<> {
    if (directory::target(change).str() != group_dn("team")) return {};
    ++refusals;
    return error(ErrorKind::Unavailable, "not now");
  };
  const auto made = coming.users->create(ann(), soon());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(refusals, 1);
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeDeleted"), testing::SizeIs(1));
}

}  // namespace
}  // namespace dirbridge::test
