// The sweep: every step has its turn, whatever comes of the others.
#include <gmock/gmock.h>

#include <algorithm>

#include "between.hpp"

namespace dirbridge::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class OnHandover final : public provision::Handover {
 public:
  Result<> hand_over(std::string_view login, Deadline) override {
    asked.emplace_back(login);
    return act ? act(std::string(login)) : Result<>();
  }
  std::vector<std::string> asked;
  std::function<Result<>(const std::string&)> act;
};

class SweepTest : public ConnectionFixture {
 protected:
  void SetUp() override {
    ConnectionFixture::SetUp();
    open([](mapping::Rules&) {});
  }
  void TearDown() override {
    own_.reset();
    ConnectionFixture::TearDown();
  }
  void open(const TestConnection::Adjust& adjust) {
    own_ = std::make_unique<TestConnection>(server(), "okta", adjust, &handover_);
  }
  void open_deleting() {
    open([](mapping::Rules& rules) {
      rules.user_options.on_delete = mapping::OnDelete::Delete;
      rules.user_options.delete_after = std::chrono::days(2);
    });
  }
  TestConnection& own() { return *own_; }

  std::string add(const std::string& name) {
    auto made = own().users->create(
        json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" + name +
                    "\"}"),
        soon());
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? id_of(*made) : std::string();
  }
  void remove(const std::string& id) {
    auto done = own().users->remove(id, {}, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }
  void ldif(const std::string& text) {
    const auto done = ldap_modify(server(), As::Admin, text);
    ASSERT_EQ(done.exit_code, 0) << done.output;
  }
  void add_due(const std::string& name) {
    remove(add(name));
    ldif("dn: " + user_dn(name) +
         "\nchangetype: modify\nreplace: dirbridgeDeleted\ndirbridgeDeleted: 20200101000000Z\n");
  }

  OnHandover handover_;

 private:
  std::unique_ptr<TestConnection> own_;
};

TEST_F(SweepTest, ManyWhoAreWaitedForDoNotKeepItFromWhatIsDue) {
  open_deleting();
  add_due("due");
  add_group("devs", {});
  // As after a crash: it has arrived, and waits still.
  const auto ann = add("ann");
  std::string text = "dn: " + group_dn("devs") + "\nchangetype: modify\nadd: dirbridgePendingMember\n";
  for (int i = 0; i < 40'000; ++i) text += "dirbridgePendingMember: nobody-" + std::to_string(i) + "\n";
  ldif(text + "dirbridgePendingMember: " + ann + "\n");
  const auto swept = provision::sweep(own().context, deadline_in(std::chrono::seconds(5)));
  EXPECT_FALSE(exists(user_dn("due"))) << (swept ? "" : swept.error().detail);
  // What a run has no time for is another's.
  for (int run = 0; run < 10 && values(group_dn("devs"), "member").front() != user_dn("ann"); ++run)
    (void)provision::sweep(own().context, soon());
  EXPECT_THAT(values(group_dn("devs"), "member"), testing::ElementsAre(user_dn("ann")));
}

TEST_F(SweepTest, AStepThatFailsIsReportedAndTheOthersHaveTheirTurn) {
  open_deleting();
  add_due("due");
  const auto ann = add("ann");
  add_group("devs", {});
  ldif("dn: " + group_dn("devs") +
       "\nchangetype: modify\nadd: dirbridgePendingMember\ndirbridgePendingMember: " + ann + "\n");
  WatchedConnection broken(own());
  broken.directory.before = [&](const directory::Change& change) -> Result<> {
    if (directory::target(change).str() != group_dn("devs")) return {};
    return error(ErrorKind::Denied, "not this group");
  };
  const auto swept = provision::sweep(broken.context, soon());
  EXPECT_FALSE(exists(user_dn("due")));
  ASSERT_FALSE(swept);
  EXPECT_EQ(swept.error().kind, ErrorKind::Denied);
  EXPECT_THAT(swept.error().detail, HasSubstr("not this group"));
}

TEST_F(SweepTest, OneThatCannotBeDeletedDoesNotKeepTheOthers) {
  open_deleting();
  for (const auto* name : {"a", "b", "c", "d"}) add_due(name);
  WatchedConnection broken(own());
  broken.directory.before = [&](const directory::Change& change) -> Result<> {
    if (directory::target(change).str() != user_dn("b")) return {};
    return error(ErrorKind::Denied, "not this one");
  };
  EXPECT_EQ(provision::sweep(broken.context, soon()).error().kind, ErrorKind::Denied);
  for (const auto* name : {"a", "c", "d"}) EXPECT_FALSE(exists(user_dn(name))) << name;
  EXPECT_TRUE(exists(user_dn("b")));
}

TEST_F(SweepTest, WhoIsBackWhenItsTurnComesIsNotHandedOver) {
  handover_.act = [](const std::string&) -> Result<> {
    return error(ErrorKind::Unavailable, "Jira is away");
  };
  for (const auto* name : {"ann", "bob"}) remove(add(name));
  ASSERT_EQ(values(user_dn("bob"), "dirbridgeHandover").size(), 1U);
  handover_.asked.clear();
  TestConnection second(server(), "okta");
  handover_.act = [&](const std::string& login) -> Result<> {  // one is handed over, and the other comes back
    const json::object back{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
                            {"userName", login == "ann" ? "bob" : "ann"}};
    EXPECT_TRUE(second.users->create(back, soon()));
    return {};
  };
  ASSERT_TRUE(provision::sweep(own().context, soon()));
  EXPECT_EQ(handover_.asked.size(), 1U);
  for (const auto* name : {"ann", "bob"})
    EXPECT_THAT(values(user_dn(name), "dirbridgeHandover"), IsEmpty()) << name;
}

}  // namespace
}  // namespace dirbridge::test
