// Groups in groups one of which, or one of whose members, gets another name while somebody is at work above
// it or below: the directory groups have in the end whom the records grant them.
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

  void rename_ann() {
    renamed_ = !renamed_;
    const auto body = R"({"Operations":[{"op":"replace","path":"userName","value":")" + ann_now() + "\"}]}";
    const auto done = at().users->patch(ann_, json::parse(body), {}, Members::Leave, soon());
    ASSERT_TRUE(done) << done.error().detail;
  }
  std::string ann_now() const { return renamed_ ? "anna" : "ann"; }

  // `request` as often as it asks the directory, each time with another name after one more of its questions;
  // where that has to wait for the request, beside the rest of it.
  void with_a_rename_after_each_question(
      const std::function<void()>& request, const std::function<void()>& check,
      const std::function<void()>& rename, const std::function<void()>& prepare = [] {}) {
    for (int nth = 0; nth < most_questions; ++nth) {
      SCOPED_TRACE("after question " + std::to_string(nth));
      prepare();
      int asked = 0;
      std::future<void> renaming;
      watched_->directory.searched = [&] {
        if (asked++ != nth) return;
        renaming = std::async(std::launch::async, rename);
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

  void with_another_inner_name(
      const std::function<void()>& request, const std::function<void()>& check,
      const std::function<void()>& prepare = [] {}) {
    with_a_rename_after_each_question(
        request, check, [this] { rename_inner(); }, prepare);
  }

  Result<json::object> come(const json::object& user) {
    json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}}};
    for (const auto& [name, value] : user) body[name] = value;
    return watched_->users->create(body, soon());
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
  with_another_inner_name(
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
  with_another_inner_name(
      [&] {
        there = !there;
        const auto change = member_operation(there ? "add" : "remove", {middle_});
        ASSERT_TRUE(watched_->groups->patch(outer_, change, {}, Members::Leave, soon()));
      },
      [&] { EXPECT_THAT(people_in("outer"), ElementsAreArray(there ? Names{"ann"} : Names{})); });
}

TEST_F(NestedRace, G1_WhoIsDeletedLeavesAllGroupsAboveOneThatGetsAnotherName) {
  int number = 0;
  with_another_inner_name(
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

TEST_F(NestedRace, G1_WhoIsWaitedForIsTakenInByAGroupThatGetsAnotherName) {
  const auto ben = add_user("ben");
  bool there = false;
  with_another_inner_name(
      [&] {
        const auto change = json::parse(R"({"Operations":[{"op":"add","path":"externalId","value":"e-9"}]})");
        const auto done = watched_->users->patch(ben, change, {}, Members::Leave, soon());
        ASSERT_TRUE(done) << done.error().detail;
      },
      [&] {
        EXPECT_THAT(members(inner_), testing::UnorderedElementsAre(ann_, ben));
        expect_everywhere({"ann", "ben"});
      },
      [&] {
        const auto change = json::parse(R"({"Operations":[{"op":"remove","path":"externalId"}]})");
        ASSERT_TRUE(at().users->patch(ben, change, {}, Members::Leave, soon()));
        if (std::exchange(there, true)) this->change(inner_, "remove", {ben});
        this->change(inner_, "add", {"e-9"});
      });
}

TEST_F(NestedRace, G1_AGroupAndWhatIsInItAreDeletedAtOnce) {
  std::string inner, outer;
  with_a_rename_after_each_question(
      [&] {
        const auto done = watched_->groups->remove(outer, {}, soon());
        ASSERT_TRUE(done) << done.error().detail;
      },
      [&] { EXPECT_THAT(people_in("staff"), testing::IsEmpty()); },
      [&] {
        const auto done = at().groups->remove(inner, {}, soon());
        EXPECT_TRUE(done) << done.error().detail;
      },
      [&] {
        inner = add_group("team", {ann_});
        outer = add_group("staff", {inner});
        EXPECT_THAT(people_in("staff"), ElementsAre("ann"));
      });
}

// In one bridge an arrival and a rename wait for each other.
TEST_F(NestedRace, G1_WhoComesBackHasLeftAGroupThatASecondBridgeGivesAnotherName) {
  TestConnection second(server(), "okta", [](mapping::Rules& rules) { rules.disable.strip_groups = true; });
  int number = 0;
  std::string name;
  with_a_rename_after_each_question(
      [&] {
        const auto made = come({{"userName", name}});
        ASSERT_TRUE(made) << made.error().detail;
      },
      [&] { EXPECT_THAT(members(inner_), ElementsAre(ann_)); },
      [&] {
        renamed_ = !renamed_;
        const auto body = R"({"Operations":[{"op":"replace","path":"displayName","value":")" +
                          std::string(renamed_ ? "renamed" : "inner") + "\"}]}";
        ASSERT_TRUE(second.groups->patch(inner_, json::parse(body), {}, Members::Leave, soon()));
      },
      [&] {
        name = "ben" + std::to_string(number++);
        change(inner_, "add", {add_user(name)});
        ldif("dn: " + user_dn(name) +
             "\nchangetype: modify\nadd: dirbridgeHeld\ndirbridgeHeld: delete\n-\nadd: dirbridgeDeleted\n"
             "dirbridgeDeleted: 20200101000000Z\n");
      });
}

TEST_F(NestedRace, G1_AGroupThatIsMadeAgainHasThemByTheirNewNames) {
  const auto ben = add_user("ben");
  with_a_rename_after_each_question(
      [&] {
        ASSERT_TRUE(
            watched_->groups->patch(outer_, member_operation("add", {ben}), {}, Members::Leave, soon()));
      },
      [&] { EXPECT_THAT(people_in("outer"), ElementsAre(ann_now(), "ben")); }, [this] { rename_ann(); },
      [&] {
        change(outer_, "remove", {ben});
        ldif("dn: " + group_dn("outer") + "\nchangetype: delete\n");
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
