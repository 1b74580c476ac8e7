// The guard counts who loses which directory group in the end.
#include "between.hpp"
#include "group_option_fixture.hpp"
#include "provision/store/budget_store.hpp"
#include "provision/upkeep/held_removals.hpp"

namespace dirbridge::test {
namespace {

using mapping::GroupOptions;
using provision::Members;
using sync::Removal;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class NetLoss : public GroupOption {
 protected:
  void TearDown() override {
    removals_.reset();
    GroupOption::TearDown();
  }

  void start(
      std::size_t count, const Adjust& adjust = [](GroupOptions&) {}) {
    connect(adjust);
    allow(count);
  }
  // A mapped group that has groups in it.
  void start_mapped(std::size_t count) {
    start(count, [this](GroupOptions& o) {
      o.mapping = {{"SS", {group("tgt")}}, {"S2", {group("tgt")}}};
      o.on_the_fly = false;
    });
  }
  void allow(std::size_t count, std::size_t all = SIZE_MAX) {
    auto& c = at();
    sync::BudgetRules limits;
    limits.member_removals = {count, 100};
    budget_ = std::make_unique<sync::Budget>(limits, c.clock);
    limits = sync::unlimited();
    limits.member_removals.count = limits.disables.count = all;
    common_ = std::make_unique<sync::Budget>(limits, c.clock);
    removals_ = std::make_unique<provision::Removals>("okta", *budget_, nullptr, c.clock, common_.get());
    c.context.mandate.budget = removals_.get();
    c.users = provision::make_users(c.context);
    c.groups = provision::make_groups(c.context);
  }
  Names add_users(int count, const std::string& prefix = "u") {
    Names out;
    for (int i = 0; i < count; ++i) out.push_back(add_user(prefix + std::to_string(i)));
    return out;
  }
  void put(const std::string& id, const std::string& name, const Names& ids) {
    json::array members;
    for (const auto& member : ids) members.emplace_back(json::object{{"value", member}});
    const json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                            {"displayName", name},
                            {"members", members}};
    auto done = at().groups->replace(id, body, {}, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }
  std::size_t spent() {
    std::size_t out = 0;
    for (const auto& one : budget_->spending())
      if (one.removal == Removal::MemberRemoval) out += one.count;
    return out;
  }
  std::size_t waiting() {
    auto all = provision::held_removals(at().context, soon());
    EXPECT_TRUE(all) << (all ? "" : all.error().detail);
    return all ? all->size() : 0;
  }

  std::unique_ptr<sync::Budget> budget_;
  std::unique_ptr<sync::Budget> common_;
  std::unique_ptr<provision::Removals> removals_;
};

TEST_F(NetLoss, E1_AGroupThatLeavesAMappedOneTakesItsPeopleAlong) {
  start_mapped(3);
  const auto inner = add_group("GG", add_users(5));
  const auto outer = add_group("SS", {inner});
  ASSERT_THAT(people_in("tgt"), SizeIs(5));
  change(outer, "remove", {inner});
  EXPECT_THAT(people_in("tgt"), SizeIs(5));
  EXPECT_THAT(members(outer), IsEmpty());
  EXPECT_EQ(waiting(), 1U);
  put(outer, "SS", {});
  EXPECT_THAT(people_in("tgt"), SizeIs(5));
  EXPECT_EQ(spent(), 0U);
  ASSERT_TRUE(at().groups->approve(outer, soon()));
  EXPECT_THAT(people_in("tgt"), IsEmpty());
}

TEST_F(NetLoss, E1_AWholeListIsAskedForTheSame) {
  start_mapped(3);
  const auto inner = add_group("GG", add_users(5));
  const auto outer = add_group("SS", {inner});
  put(outer, "SS", {});
  EXPECT_THAT(people_in("tgt"), SizeIs(5));
  EXPECT_EQ(waiting(), 1U);
}

TEST_F(NetLoss, E1_ARemovalCountsOncePerDirectoryGroup) {
  start_mapped(9);
  const auto ids = add_users(2);
  const auto inner = add_group("GG", ids);
  const auto first = add_group("SS", {inner});
  const auto second = add_group("S2", {inner});
  change(first, "remove", {inner});
  EXPECT_EQ(spent(), 0U) << "the other one grants it";
  change(first, "add", {inner});
  change(inner, "remove", {ids[0]});
  EXPECT_EQ(spent(), 1U);
  EXPECT_THAT(people_in("tgt"), ElementsAre("u1"));
  change(second, "add", {ids[1]});
  change(inner, "remove", {ids[1]});
  EXPECT_EQ(spent(), 1U) << "she is in it by herself";
  EXPECT_THAT(people_in("tgt"), ElementsAre("u1"));
}

TEST_F(NetLoss, E1_WhoComesInTheSameRequestLosesNothing) {
  start_mapped(1);
  const auto ids = add_users(3);
  const auto inner = add_group("GG", ids);
  const auto outer = add_group("SS", {inner});
  put(outer, "SS", ids);
  EXPECT_THAT(people_in("tgt"), SizeIs(3));
  EXPECT_EQ(waiting(), 0U);
  EXPECT_EQ(spent(), 0U);
  put(outer, "SS", {inner});
  EXPECT_EQ(spent(), 0U);
  put(outer, "SS", {ids[0], ids[1]});
  EXPECT_THAT(people_in("tgt"), SizeIs(2));
  EXPECT_EQ(spent(), 1U) << "the third one does not come";
}

TEST_F(NetLoss, E2_TheDeletionOfAGroupIsARemovalOfItsMembers) {
  start(3);
  const auto ids = add_users(5);
  const auto devs = add_group("devs", ids);
  ASSERT_TRUE(at().groups->remove(devs, {}, soon()));
  EXPECT_THAT(people_in("devs"), SizeIs(5));
  EXPECT_EQ(waiting(), 1U);
  EXPECT_EQ(at().groups->find(devs, Members::Leave, soon()).error().kind, ErrorKind::NotFound);
  ASSERT_TRUE(at().groups->approve(devs, soon()));
  EXPECT_THAT(people_in("devs"), IsEmpty());
  const auto few = add_group("few", {ids[0], ids[1]});
  ASSERT_TRUE(at().groups->remove(few, {}, soon()));
  EXPECT_THAT(people_in("few"), IsEmpty());
  EXPECT_EQ(spent(), 2U);
}

TEST_F(NetLoss, E2_OfASourceGroupToo) {
  start_mapped(3);
  const auto ids = add_users(5);
  const auto inner = add_group("GG", ids);
  add_group("SS", {inner});
  ASSERT_TRUE(at().groups->remove(inner, {}, soon()));
  EXPECT_THAT(people_in("tgt"), SizeIs(5));
  EXPECT_EQ(waiting(), 1U);
  ASSERT_TRUE(at().groups->approve(inner, soon()));
  EXPECT_THAT(people_in("tgt"), IsEmpty());
}

TEST_F(NetLoss, E3_WhoIsNoMemberSpendsNothing) {
  start(3);
  const auto ids = add_users(8);
  const auto devs = add_group("devs", {ids[0], ids[1], ids[2]});
  change(devs, "remove", {ids[3], ids[4], ids[5], ids[6], ids[7]});
  EXPECT_EQ(spent(), 0U);
  EXPECT_EQ(waiting(), 0U);
  change(devs, "remove", {ids[0], ids[3]});
  change(devs, "remove", {ids[0]});
  EXPECT_EQ(spent(), 1U);
  EXPECT_THAT(people_in("devs"), ElementsAre("u1", "u2"));
}

TEST_F(NetLoss, E4_AChangeThatIsPlannedAnewIsAskedForAnew) {
  start(3);
  const auto ids = add_users(6);
  const auto devs = add_group("devs", {ids[0], ids[1]});
  WatchedConnection watched(at());
  bool grown = false;
  watched.directory.before = [&](const directory::Change& change) -> Result<> {
    if (directory::target(change).str() != group_dn("devs") || std::exchange(grown, true)) return {};
    std::string text = "dn: " + group_dn("devs") + "\nchangetype: modify\nadd: member\n";
    for (const auto* name : {"u2", "u3", "u4", "u5"}) text += "member: " + user_dn(name) + "\n";
    ldif(text);
    return {};
  };
  ASSERT_TRUE(watched.groups->patch(devs, member_operation("replace", {}), {}, Members::Leave, soon()));
  EXPECT_TRUE(grown);
  EXPECT_THAT(people_in("devs"), SizeIs(6));
  EXPECT_EQ(spent(), 0U);
  EXPECT_EQ(waiting(), 1U);
}

TEST_F(NetLoss, E5_AllConnectionsOfADirectoryHaveABudgetTogether) {
  start(9);
  allow(9, 3);
  const auto devs = add_group("devs", add_users(2));
  const auto ops = add_group("ops", add_users(4, "v"));
  put(devs, "devs", {});
  EXPECT_THAT(people_in("devs"), IsEmpty());
  put(ops, "ops", {});
  EXPECT_THAT(people_in("ops"), SizeIs(4)) << "over the common budget";
  EXPECT_EQ(spent(), 2U) << "what the common budget refuses is not spent of the own one";

  auto& other = connect([](GroupOptions&) {}, "entra");
  sync::Budget own(sync::unlimited(), other.clock);
  provision::Removals removals("entra", own, nullptr, other.clock, common_.get());
  other.context.mandate.budget = &removals;
  other.users = provision::make_users(other.context);
  for (int i = 0; i < 4; ++i) {
    const auto id = add_user("w" + std::to_string(i), "entra");
    auto done = other.users->patch(
        id, json::parse(R"({"Operations":[{"op":"replace","path":"active","value":false}]})"), {},
        Members::Leave, soon());
    EXPECT_TRUE(done);
  }
  EXPECT_EQ(common_->spent(Removal::Disable, ""), 3U);
  EXPECT_EQ(own.spent(Removal::Disable, ""), 3U);
  auto held = provision::held_removals(other.context, soon());
  ASSERT_TRUE(held);
  EXPECT_THAT(*held, SizeIs(1));
}

TEST_F(NetLoss, E5_WhatAllHaveSpentOutlivesARestart) {
  start(9);
  allow(9, 3);
  auto& c = at();
  const sync::Guard guard({"(all)", {c.rules.bridge_base}, {}});
  sync::Reconciler writer(c.pool, guard, c.rules.group_shape, {c.rules.bridge_base});
  const provision::BudgetStore::Place place{c.pool, c.rules.bridge_base, "(all)", writer};
  provision::BudgetStore store(place, *common_);
  ASSERT_TRUE(store.exchange(soon()));
  const auto devs = add_group("devs", add_users(2));
  put(devs, "devs", {});
  ASSERT_TRUE(store.exchange(soon()));
  sync::Budget next(sync::unlimited(), c.clock);
  provision::BudgetStore after(place, next);
  ASSERT_TRUE(after.exchange(soon()));
  EXPECT_EQ(next.spent(Removal::MemberRemoval, devs), 2U);
}

}  // namespace
}  // namespace dirbridge::test
