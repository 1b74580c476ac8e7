// The Reconciler where a directory is called off under it, and with several entries at once.
#include "sync/reconcile.hpp"

#include <gtest/gtest.h>

#include "directory/memory_directory.hpp"
#include "support/forwarding_directory.hpp"

namespace dirbridge::sync {
namespace {

using directory::Dn;

// Its first change is sent and not answered; from then on nothing is asked of it any more.
class CalledOff final : public test::ForwardingDirectory {
 public:
  using ForwardingDirectory::ForwardingDirectory;

  std::vector<Result<std::vector<directory::Entry>>> search_all(std::span<const directory::SearchRequest> r,
                                                                Deadline d) override {
    if (!ended_) return ForwardingDirectory::search_all(r, d);
    ++asked_;
    return {r.size(), directory::called_off()};
  }
  Result<std::optional<directory::Entry>> apply(const directory::Change&, const std::vector<std::string>&,
                                                Deadline) override {
    ended_ = true;
    return error(ErrorKind::OutcomeUnknown, "the connection was lost");
  }

  int asked_ = 0;

 private:
  bool ended_ = false;
};

TEST(Reconciler, F_AsksNothingAgainOfADirectoryThatIsCalledOff) {
  directory::MemoryDirectory memory;
  const auto base = Dn::parse("dc=example,dc=org").value();
  const auto ann = Dn::parse("uid=ann,dc=example,dc=org").value();
  memory.load({base, {{"objectClass", {"organization", "dcObject"}}}});
  memory.load({ann,
               {{"objectClass", {"inetOrgPerson"}},
                {"uid", {"ann"}},
                {"cn", {"ann"}},
                {"sn", {"ann"}},
                {"dirbridgeConnection", {"okta"}}}});
  CalledOff directory(memory);
  const Guard guard({"okta", {base}, {}});
  Reconciler reconciler(directory, guard, {"member", Dn::parse("cn=nobody").value()}, {base});
  Task task;
  task.find = directory::at(ann, {});
  task.goal = [&](const std::optional<directory::Entry>&) -> Result<EntryGoal> {
    return EntryGoal{EntryGoal::Presence::Present, ann, {exactly("sn", {"Lee"})}, "test", {}};
  };
  const auto done = reconciler.run(task, deadline_in(std::chrono::seconds(20)));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::Unavailable) << done.error().detail;
  EXPECT_EQ(directory.asked_, 1) << "one look at what became of the change";
}

// While a configuration is replaced, who moves under the old rules is looked for under the new ones.
TEST(Reconciler, WhoSharesTheMovesSeesThoseOfAnother) {
  directory::MemoryDirectory memory;
  const auto base = Dn::parse("dc=example,dc=org").value();
  const auto ann = base.child(directory::Rdn("uid", "ann"));
  const std::string id = "00000000-0000-7000-8000-000000000001";
  memory.load({base, {{"objectClass", {"organization", "dcObject"}}}});
  memory.load({ann,
               {{"objectClass", {"inetOrgPerson"}},
                {"uid", {"ann"}},
                {"cn", {"ann"}},
                {"sn", {"ann"}},
                {"dirbridgeId", {id}},
                {"dirbridgeConnection", {"okta"}}}});
  const Guard guard({"okta", {base}, {}});
  const GroupShape shape{"member", Dn::parse("cn=nobody").value()};
  Moves moves;
  Reconciler old_rules(memory, guard, shape, {base}, nullptr, nullptr, &moves);
  const Reconciler new_rules(memory, guard, shape, {base}, nullptr, nullptr, &moves);
  const Reconciler another(memory, guard, shape, {base});
  const auto moment = new_rules.moves().now();
  Task task;
  task.find = directory::at(ann, {});
  task.elsewhere = {directory::at(base.child(directory::Rdn("uid", "anna")), {})};
  task.goal = [&](const std::optional<directory::Entry>&) -> Result<EntryGoal> {
    return EntryGoal{EntryGoal::Presence::Present, base.child(directory::Rdn("uid", "anna")), {}, "test", {}};
  };
  const auto done = old_rules.run(task, deadline_in(std::chrono::seconds(20)));
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_TRUE(new_rules.moves().moved_since(moment, id));
  EXPECT_FALSE(another.moves().moved_since(0, id));
}

// Counts, and answers for one entry as a test wants it; what it was asked for is done or not.
class OneFails final : public test::ForwardingDirectory {
 public:
  using ForwardingDirectory::ForwardingDirectory;

  std::vector<Result<std::vector<directory::Entry>>> search_all(std::span<const directory::SearchRequest> r,
                                                                Deadline d) override {
    ++trips_;
    return ForwardingDirectory::search_all(r, d);
  }
  std::vector<Result<>> apply_all(std::span<const directory::Change> changes, Deadline d) override {
    ++trips_;
    changes_ += changes.size();
    std::vector<Result<>> out;
    for (const auto& change : changes) {
      const bool it = fail_ && directory::target(change).str() == name_;
      if (!it || done_) out.push_back(ForwardingDirectory::apply_all({&change, 1}, d).front());
      if (it) done_ ? void(out.back() = *fail_) : out.push_back(*fail_);
    }
    fail_.reset();
    return out;
  }
  Result<std::optional<directory::Entry>> apply(const directory::Change& change,
                                                const std::vector<std::string>& read_back,
                                                Deadline d) override {
    ++trips_;
    ++changes_;
    return ForwardingDirectory::apply(change, read_back, d);
  }

  std::optional<Error> fail_;
  std::string name_;
  bool done_ = false;  // although it is said to have failed
  std::size_t trips_ = 0;
  std::size_t changes_ = 0;
};

class Several : public testing::Test {
 protected:
  Several() {
    memory_.load({base_, {{"objectClass", {"organization", "dcObject"}}}});
    for (int i = 0; i < 20; ++i) {
      const auto name = "g" + std::to_string(i);
      groups_.push_back(base_.child(directory::Rdn("cn", name)));
      std::vector<std::string> members{ann_};
      if (i % 2 == 0) members.emplace_back("uid=bob,dc=example,dc=org");
      memory_.load({groups_.back(),
                    {{"objectClass", {"groupOfNames"}},
                     {"cn", {name}},
                     {"member", members},
                     {"dirbridgeConnection", {"okta"}}}});
    }
  }
  std::vector<Task> leaving() const {
    std::vector<Task> out;
    for (const auto& group : groups_) {
      auto& task = out.emplace_back();
      task.find = directory::at(group, {"dirbridgeConnection"});
      task.unread = {"member"};
      task.goal = [this](const std::optional<directory::Entry>& entry) -> Result<EntryGoal> {
        if (!entry) return error(ErrorKind::NotFound, "gone");
        return EntryGoal{EntryGoal::Presence::Present, entry->dn, {excluding("member", {ann_})}, "test", {}};
      };
    }
    return out;
  }
  std::vector<Result<>> run() {
    return reconciler_.run_all(leaving(), deadline_in(std::chrono::seconds(20)));
  }
  std::size_t left() {
    std::size_t count = 0;
    for (const auto& group : groups_) {
      const auto entry =
          directory::read(memory_, group, {"member"}, deadline_in(std::chrono::seconds(1))).value();
      count += !entry->attributes.has_value("member", ann_);
    }
    return count;
  }

  const directory::Dn base_ = Dn::parse("dc=example,dc=org").value();
  const std::string ann_ = "uid=ann,dc=example,dc=org";
  std::vector<directory::Dn> groups_;
  directory::MemoryDirectory memory_;
  OneFails directory_{memory_};
  const Guard guard_{{"okta", {base_}, {}}};
  Reconciler reconciler_{directory_, guard_, {"member", Dn::parse("cn=nobody").value()}, {base_}};
};

TEST_F(Several, F_TakeOneLookAndOneChangeEach) {
  for (const auto& done : run()) EXPECT_TRUE(done) << done.error().detail;
  EXPECT_EQ(left(), groups_.size());
  EXPECT_LE(directory_.trips_, 3U) << "those without a member get the placeholder together";
  directory_.trips_ = 0;
  for (const auto& done : run()) EXPECT_TRUE(done) << done.error().detail;
  EXPECT_LE(directory_.trips_, 2U);
}

TEST_F(Several, F_OneThatFailsFailsAlone) {
  directory_.name_ = groups_[4].str();
  directory_.fail_ = error(ErrorKind::Denied, "read-only", "insufficientAccess");
  const auto done = run();
  for (std::size_t i = 0; i < done.size(); ++i) EXPECT_EQ(done[i].has_value(), i != 4) << i;
  EXPECT_EQ(left(), groups_.size() - 1);
}

TEST_F(Several, F_OneThatLosesARaceIsLookedAtAgainAlone) {
  directory_.name_ = groups_[4].str();
  directory_.fail_ = error(ErrorKind::PreconditionFailed, "somebody was faster");
  for (const auto& done : run()) EXPECT_TRUE(done) << done.error().detail;
  EXPECT_EQ(left(), groups_.size());
  EXPECT_EQ(directory_.changes_, groups_.size() + groups_.size() / 2 + 1) << "nobody else's is repeated";
}

TEST_F(Several, F_OneWithoutAnAnswerIsLookedAtAgain) {
  directory_.name_ = groups_[4].str();
  directory_.fail_ = error(ErrorKind::OutcomeUnknown, "the connection was lost");
  directory_.done_ = true;
  for (const auto& done : run()) EXPECT_TRUE(done) << done.error().detail;
  EXPECT_EQ(left(), groups_.size());
}

}  // namespace
}  // namespace dirbridge::sync
