// Groups in groups one of which gets another name while somebody is at work above it or below: the directory
// groups have in the end whom the records grant them.
#include <chrono>
#include <future>

#include "between.hpp"
#include "group_option_fixture.hpp"
#include "mapping/user_state.hpp"

namespace dirbridge::test {
namespace {

using provision::Members;
using testing::ElementsAre;
using testing::ElementsAreArray;

constexpr int most_questions = 500;  // of one request

class NestedRace : public GroupOption {
 protected:
  void SetUp() override {
    GroupOption::SetUp();
    connect_with([](mapping::Rules& rules) { rules.disable.strip_groups = true; });
    watched_ = std::make_unique<WatchedConnection>(at());
    ann_ = add_user("ann");
    inner_ = add_group("inner", {ann_});
    middle_ = add_group("middle", {inner_});
    outer_ = add_group("outer", {middle_});
    ASSERT_THAT(people_in("outer"), ElementsAre("ann"));
  }
  void TearDown() override {
    watched_.reset();
    GroupOption::TearDown();
  }

  void rename_inner() {
    renamed_ = !renamed_;
    rename(inner_, renamed_ ? "renamed" : "inner");
  }

  // `request` as often as it asks the directory, each time with another name of the inner group after one
  // more of its questions; where that has to wait for the request, beside the rest of it.
  void with_a_rename_after_each_question(const std::function<void()>& request,
                                         const std::function<void()>& check) {
    for (int nth = 0; nth < most_questions; ++nth) {
      SCOPED_TRACE("after question " + std::to_string(nth));
      int asked = 0;
      std::future<void> renaming;
      watched_->directory.searched = [&] {
        if (asked++ != nth) return;
        renaming = std::async(std::launch::async, [&] { rename_inner(); });
        renaming.wait_for(std::chrono::milliseconds(300));
      };
      request();
      watched_->directory.searched = nullptr;
      if (renaming.valid()) renaming.get();
      check();
      if (asked <= nth) return;
    }
    FAIL() << "there is no end of it";
  }

  void expect_everywhere(const Names& people) {
    for (const auto* group : {"inner", "middle", "outer"})
      EXPECT_THAT(people_in(group), ElementsAreArray(people)) << group;
  }

  std::size_t values_of_record(const std::string& name) {
    const auto record = mapping::records_dn(at().rules).child({"dirbridgeDisplayName", name});
    const auto entry = directory::read(at().pool, record, {"member"}, soon());
    EXPECT_TRUE(entry && *entry);
    return entry && *entry ? (*entry)->attributes.values("member").size() : 0;
  }

  std::unique_ptr<WatchedConnection> watched_;
  std::string ann_, inner_, middle_, outer_;
  bool renamed_ = false;
};

TEST_F(NestedRace, G1_WhoIsDisabledAndEnabledIsSoInAllGroupsAboveOneThatGetsAnotherName) {
  bool active = true;
  with_a_rename_after_each_question(
      [&] {
        active = !active;
        const auto change = json::parse(R"({"Operations":[{"op":"replace","path":"active","value":)" +
                                        std::string(active ? "true" : "false") + "}]}");
        ASSERT_TRUE(watched_->users->patch(ann_, change, {}, Members::Leave, soon()));
      },
      [&] { expect_everywhere(active ? Names{"ann"} : Names{}); });
}

TEST_F(NestedRace, G1_AGroupComesAndGoesWithWhomItHasThroughOneThatGetsAnotherName) {
  bool there = true;
  with_a_rename_after_each_question(
      [&] {
        there = !there;
        const auto change = member_operation(there ? "add" : "remove", {middle_});
        ASSERT_TRUE(watched_->groups->patch(outer_, change, {}, Members::Leave, soon()));
      },
      [&] { EXPECT_THAT(people_in("outer"), ElementsAreArray(there ? Names{"ann"} : Names{})); });
}

TEST_F(NestedRace, G1_WhoIsDeletedLeavesAllGroupsAboveOneThatGetsAnotherName) {
  int number = 0;
  with_a_rename_after_each_question(
      [&] {
        const auto ben = add_user("ben" + std::to_string(number++));
        change(inner_, "add", {ben});
        const auto done = watched_->users->remove(ben, {}, soon());
        ASSERT_TRUE(done) << done.error().detail;
      },
      [&] {
        EXPECT_THAT(members(inner_), ElementsAre(ann_));
        expect_everywhere({"ann"});
      });
}

// Where the rename waits for a change of its own, the deletion goes on as far as it can.
TEST_F(NestedRace, G1_WhoIsDeletedWhileAGroupGetsAnotherNameLetsItGetThat) {
  bool reached = true;
  for (int nth = 0; reached; ++nth) {
    ASSERT_LT(nth, most_questions);
    SCOPED_TRACE("before change " + std::to_string(nth));
    const auto ben = add_user("ben" + std::to_string(nth));
    change(inner_, "add", {ben});
    std::future<Result<>> deletion;
    int made = 0;
    watched_->directory.before = [&](const directory::Change&) -> Result<> {
      if (made++ != nth) return {};
      deletion = std::async(std::launch::async, [&] { return at().users->remove(ben, {}, soon()); });
      deletion.wait_for(std::chrono::milliseconds(300));
      return {};
    };
    renamed_ = !renamed_;
    const auto name = std::string(renamed_ ? "renamed" : "inner");
    const auto rename =
        json::parse(R"({"Operations":[{"op":"replace","path":"displayName","value":")" + name + "\"}]}");
    const auto done = watched_->groups->patch(inner_, rename, {}, Members::Leave, soon());
    ASSERT_TRUE(done) << done.error().detail;
    watched_->directory.before = nullptr;
    reached = deletion.valid();
    if (reached) {
      const auto deleted = deletion.get();
      ASSERT_TRUE(deleted) << deleted.error().detail;
      EXPECT_THAT(members(inner_), ElementsAre(ann_));
      expect_everywhere({"ann"});
    }
    EXPECT_EQ(shown(inner_).at("displayName").as_string(), name);
    EXPECT_THAT(members(middle_), ElementsAre(inner_));
    EXPECT_EQ(values_of_record("middle"), 1U);
  }
}

}  // namespace
}  // namespace dirbridge::test
