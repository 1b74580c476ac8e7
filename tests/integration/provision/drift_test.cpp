// Directory groups that do not hold whom the grants say, whatever the cause.
#include "provision/grants/drift.hpp"
#include "counting_directory.hpp"
#include "group_option_fixture.hpp"
#include "provision/upkeep/held_removals.hpp"
#include "provision/upkeep/sweep.hpp"

namespace dirbridge::test {
namespace {

using mapping::GroupOptions;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class DriftTest : public GroupOption {
 protected:
  void SetUp() override {
    GroupOption::SetUp();
    connect([this](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-users")}}}; });
    ann_ = add_user("ann");
    ben_ = add_user("ben");
    eve_ = add_user("eve");
    devs_ = add_group("devs", {ann_, ben_});
    add_group("Staff", {ann_});
  }
  void member(const std::string& op, const std::string& group, const std::string& user) {
    ldif("dn: " + group_dn(group) + "\nchangetype: modify\n" + op + ": member\nmember: " + user_dn(user) +
         "\n");
  }
  void sweep() {
    auto done = provision::sweep(at().context, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }

  std::string ann_, ben_, eve_, devs_;
};

TEST_F(DriftTest, G1_TheSweepBringsBackWhoIsGrantedAGroup) {
  member("delete", "devs", "ann");
  sweep();
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben"));
}

TEST_F(DriftTest, G1_AndEndsWhatNothingGrants) {
  member("add", "devs", "eve");
  member("add", "jira-users", "nobody");
  sweep();
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben"));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann")) << "a name of nobody would be somebody's one day";
}

TEST_F(DriftTest, G1_AlsoInADirectoryGroupWhoseGroupIsDeleted) {
  ASSERT_TRUE(at().groups->remove(devs_, {}, soon()));
  ASSERT_THAT(people_in("devs"), IsEmpty());
  member("add", "devs", "ben");
  member("add", "devs", "gone");
  sweep();
  EXPECT_THAT(people_in("devs"), IsEmpty());
}

TEST_F(DriftTest, G1_WhoIsThereByHandWhereTheseAreKeptStays) {
  member("add", "jira-users", "eve");
  make_by_hand("admins", {"eve"});
  sweep();
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "eve"));
  EXPECT_THAT(people_in("admins"), ElementsAre("eve"));
}

TEST_F(DriftTest, G1_ApplyMendsTheSameAndThenHasNothingToDo) {
  member("add", "devs", "eve");
  member("delete", "devs", "ann");
  member("add", "jira-users", "nobody");
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben"));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_FALSE(converge());
}

// By apply, or else by the sweep.
TEST_F(DriftTest, R1_WhoWasThereThroughAGroupInAGroupLeavesWhenTheseDoNotCountAnyMore) {
  const auto start = [this](GroupOptions::Flatten flatten) {
    connect([&](GroupOptions& o) {
      o.mapping = {{"OUT", {group("out")}}};
      o.flatten = flatten;
    });
  };
  start(GroupOptions::Flatten::WhereMapped);
  const auto fay = add_user("fay");
  const auto out = add_group("OUT", {fay});
  member("add", "out", "ben");
  change(out, "add", {devs_});
  member("add", "out", "eve");
  for (const bool applied : {true, false}) {
    SCOPED_TRACE(applied ? "apply" : "sweep");
    start(GroupOptions::Flatten::WhereMapped);
    EXPECT_TRUE(converge() || applied);
    sweep();
    ASSERT_THAT(people_in("out"), ElementsAre("ann", "ben", "eve", "fay"));
    start(GroupOptions::Flatten::Never);
    if (applied)
      EXPECT_TRUE(converge());
    else
      sweep();
    EXPECT_THAT(people_in("out"), ElementsAre("ben", "eve", "fay")) << "by hand, by hand, granted";
    EXPECT_EQ(records("(dirbridgeKind=flattened)"), 0U);
    EXPECT_FALSE(converge());
  }
}

TEST_F(DriftTest, G1_WhoLeavesThatWayCountsInTheGuard) {
  auto& c = at();
  sync::BudgetRules limits;
  limits.member_removals = {1, 100};
  sync::Budget budget(limits, c.clock);
  provision::Removals removals("okta", budget, nullptr, c.clock);
  c.context.mandate.budget = &removals;
  const auto fay = add_user("fay");
  member("add", "devs", "eve");
  member("add", "devs", "fay");
  member("add", "devs", "nobody");
  sweep();
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben", "eve", "fay"));
  auto held = provision::held_removals(c.context, soon());
  ASSERT_TRUE(held);
  ASSERT_EQ(held->size(), 1U);
  c.groups = provision::make_groups(c.context);
  ASSERT_TRUE(c.groups->approve(held->front().id, soon()));
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben"));
  c.context.mandate.budget = nullptr;
}

TEST_F(DriftTest, G1_WhatIsRightIsNotReadAgainUntilItIsWritten) {
  auto& c = at();
  CountingDirectory counting(c.pool);
  sync::Reconciler reconciler(counting, c.guard, c.rules.group_shape,
                              {c.rules.group_base, c.rules.bridge_base});
  const provision::Context context{c.context.catalog, c.rules, counting, reconciler,
                                   c.locks,           c.clock, {},       c.member_ids};
  provision::Drift drift;
  ASSERT_TRUE(drift.mend(context, soon()));
  EXPECT_GT(counting.values_read_.exchange(0), 0U);
  ASSERT_TRUE(drift.mend(context, soon()));
  EXPECT_EQ(counting.values_read_, 0U);
  member("delete", "devs", "ann");
  ASSERT_TRUE(drift.mend(context, soon()));
  EXPECT_THAT(people_in("devs"), Contains("ann"));
}

}  // namespace
}  // namespace dirbridge::test
