// Memberships that end because a source group gets another name: within the budget of the directory group
// that it loses, or they wait there.
#include <algorithm>

#include "counting_directory.hpp"
#include "group_option_fixture.hpp"
#include "provision/upkeep/held_removals.hpp"
#include "provision/upkeep/sweep.hpp"
#include "support/name_rule.hpp"

namespace dirbridge::test {
namespace {

using mapping::GroupFilter;
using mapping::GroupOptions;
using provision::HeldRemoval;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Decisions final : public sync::Journal {
 public:
  void note(const sync::LeftNote&) override {}
  void note(const sync::ChangeNote&) override {}
  void note(const sync::DecisionNote& note) override {
    all.push_back(std::to_string(static_cast<int>(note.decision)) + ' ' + std::string(note.removal) + ' ' +
                  note.dn.rdn().value() + ' ' + std::to_string(note.members.size()));
  }
  std::vector<std::string> all;
};

class HeldGrants : public GroupOption {
 protected:
  void TearDown() override {
    removals_.reset();
    GroupOption::TearDown();
  }

  // On the fly, with a name rule; at most `count` members may leave a group.
  void start(
      std::size_t count, const Adjust& adjust = [](GroupOptions&) {}) {
    connect([&](GroupOptions& o) {
      o.names = name_rule("(?:App|Team)-(.*)", "$1");
      o.on_rename = GroupOptions::OnRename::Follow;
      o.merge = true;
      adjust(o);
    });
    allow(count);
  }
  void allow(std::size_t count) {
    auto& c = at();
    sync::BudgetRules limits;
    limits.member_removals = {count, 100};
    budget_ = std::make_unique<sync::Budget>(limits, c.clock);
    removals_ = std::make_unique<provision::Removals>("okta", *budget_, &journal_, c.clock);
    c.context.mandate.budget = removals_.get();
    c.users = provision::make_users(c.context);
    c.groups = provision::make_groups(c.context);
  }
  Names add_users(const Names& names) {
    Names out;
    for (const auto& name : names) out.push_back(add_user(name));
    return out;
  }
  std::vector<HeldRemoval> waiting() {
    auto all = provision::held_removals(at().context, soon());
    EXPECT_TRUE(all) << (all ? "" : all.error().detail);
    return all ? *all : std::vector<HeldRemoval>();
  }
  // Another group fills `devs` too, so that a rename does not carry it along.
  void share(const std::string& name) { add_group(name, {add_user("other")}); }

  Decisions journal_;
  std::unique_ptr<sync::Budget> budget_;
  std::unique_ptr<provision::Removals> removals_;
};

TEST_F(HeldGrants, ARenameThatTakesMoreThanTheBudgetWaitsAndTheNewGroupIsFilled) {
  start(2);
  const auto ids = add_users({"ann", "ben", "eve"});
  const auto devs = add_group("App-devs", ids);
  share("devs");
  rename(devs, "App-ops");
  EXPECT_EQ(shown(devs).at("displayName"), "App-ops");
  EXPECT_THAT(members(devs), SizeIs(3));
  EXPECT_THAT(people_in("ops"), ElementsAre("ann", "ben", "eve"));
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben", "eve", "other"));
  const auto all = waiting();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].removal, sync::Removal::MemberRemoval);
  EXPECT_EQ(all[0].name, "devs");
  EXPECT_EQ(all[0].dn, group("devs"));
  EXPECT_THAT(all[0].members, SizeIs(3));
  EXPECT_FALSE(all[0].changed.empty());
  EXPECT_THAT(journal_.all, ElementsAre("0 member removal devs 3"));
  ASSERT_TRUE(provision::sweep(at().context, soon()));
  EXPECT_FALSE(converge()) << "nobody has decided";
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben", "eve", "other"));
}

TEST_F(HeldGrants, WithinTheBudgetTheyGo) {
  start(3);
  const auto devs = add_group("App-devs", add_users({"ann", "ben", "eve"}));
  share("devs");
  rename(devs, "App-ops");
  EXPECT_THAT(people_in("devs"), ElementsAre("other"));
  EXPECT_THAT(waiting(), IsEmpty());
  EXPECT_EQ(records("(dirbridgeKind=held)"), 0U);
  EXPECT_THAT(journal_.all, IsEmpty());
}

TEST_F(HeldGrants, TheBudgetIsOfTheDirectoryGroup) {
  start(2);
  const auto first = add_group("App-devs", {add_user("ann"), add_user("ben")});
  const auto second = add_group("Team-devs", {add_user("eve")});
  share("devs");
  rename(first, "App-ops");
  EXPECT_THAT(people_in("devs"), ElementsAre("eve", "other"));
  rename(second, "Team-ops");
  EXPECT_THAT(people_in("devs"), ElementsAre("eve", "other")) << "two have left within the hour";
  EXPECT_THAT(waiting(), SizeIs(1));
}

TEST_F(HeldGrants, OnlyThoseCountWhomNothingElseKeeps) {
  start(1, [this](GroupOptions& o) {
    o.mapping = {{"Staff", {group("jira-users")}}, {"All", {group("jira-users")}}};
    o.on_the_fly = false;
  });
  const auto ids = add_users({"ann", "ben", "eve"});
  make_by_hand("jira-users", {"ann"});
  const auto staff = add_group("Staff", ids);
  add_group("All", {ids[1]});
  rename(staff, "Nobody");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben")) << "only eve had to leave";
  EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(HeldGrants, AFilterOnTheNewNameWaitsInAnAdministratorsGroupToo) {
  start(1, [this](GroupOptions& o) {
    o.mapping = {{"App-devs", {group("jira-users")}}};
    o.filter = GroupFilter::make(GroupFilter::Mode::Prefix, {"App-"}).value();
  });
  const auto ids = add_users({"ann", "ben"});
  make_by_hand("jira-users", {});
  const auto devs = add_group("App-devs", ids);
  rename(devs, "devs");
  EXPECT_EQ(shown(devs).at("displayName"), "devs");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben", "cn=somebody,dc=example,dc=org"));
  ASSERT_THAT(waiting(), SizeIs(1));
  ASSERT_TRUE(at().groups->approve(waiting()[0].id, soon()));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("cn=somebody,dc=example,dc=org"));
}

TEST_F(HeldGrants, ApprovedTheyLeaveUnlessTheyAreGrantedItAgain) {
  start(1);
  const auto ids = add_users({"ann", "ben", "eve"});
  const auto devs = add_group("App-devs", ids);
  share("devs");
  rename(devs, "App-ops");
  ASSERT_THAT(waiting(), SizeIs(1));
  const auto id = waiting()[0].id;
  add_group("Team-devs", {ids[0]});
  EXPECT_THAT(waiting()[0].members, SizeIs(2)) << "ann is granted it anew";
  ASSERT_TRUE(at().groups->approve(id, soon()));
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "other"));
  EXPECT_THAT(people_in("ops"), ElementsAre("ann", "ben", "eve"));
  EXPECT_EQ(records("(dirbridgeKind=held)"), 0U);
  EXPECT_EQ(records("(dirbridgeKind=ended)"), 0U);
  EXPECT_EQ(journal_.all.back(), "1 member removal devs 2");
  EXPECT_EQ(at().groups->approve(id, soon()).error().kind, ErrorKind::NotFound);
  EXPECT_FALSE(converge());
}

TEST_F(HeldGrants, RejectedTheyStayUntilTheyWereGrantedItOnceMore) {
  start(1);
  const auto ids = add_users({"ann", "ben"});
  const auto devs = add_group("App-devs", ids);
  share("devs");
  rename(devs, "App-ops");
  ASSERT_THAT(waiting(), SizeIs(1));
  const auto id = waiting()[0].id;
  ASSERT_TRUE(at().groups->reject(id, soon()));
  EXPECT_THAT(waiting(), IsEmpty());
  EXPECT_EQ(at().groups->reject(id, soon()).error().kind, ErrorKind::NotFound);
  ASSERT_TRUE(provision::sweep(at().context, soon()));
  EXPECT_FALSE(converge());
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben", "other"));
  allow(9);
  rename(devs, "App-devs");
  EXPECT_EQ(records("(dirbridgeKind=held)"), 0U);
  rename(devs, "App-ops");
  EXPECT_THAT(people_in("devs"), ElementsAre("other"));
}

TEST_F(HeldGrants, TheOldNameAgainEndsTheWaiting) {
  start(1);
  const auto devs = add_group("App-devs", add_users({"ann", "ben"}));
  share("devs");
  rename(devs, "App-ops");
  ASSERT_THAT(waiting(), SizeIs(1));
  allow(9);
  rename(devs, "App-devs");
  EXPECT_THAT(waiting(), IsEmpty());
  EXPECT_EQ(records("(dirbridgeKind=held)"), 0U);
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben", "other"));
  EXPECT_THAT(people_in("ops"), IsEmpty());
}

TEST_F(HeldGrants, WhoWaitsIsRenamedAndDeletedLikeAnybody) {
  start(1);
  const auto ids = add_users({"ann", "ben"});
  const auto devs = add_group("App-devs", ids);
  share("devs");
  rename(devs, "App-ops");
  auto renamed = at().users->patch(
      ids[0], json::parse(R"({"Operations":[{"op":"replace","path":"userName","value":"anna"}]})"), {},
      provision::Members::Leave, soon());
  ASSERT_TRUE(renamed);
  ASSERT_TRUE(at().users->remove(ids[1], {}, soon()));
  EXPECT_THAT(people_in("devs"), ElementsAre("anna", "other"));
  ASSERT_THAT(waiting(), SizeIs(1));
  EXPECT_THAT(waiting()[0].members, ElementsAre(user_dn("anna")));
  ASSERT_TRUE(at().users->remove(ids[0], {}, soon()));
  EXPECT_THAT(people_in("devs"), ElementsAre("other"));
  EXPECT_THAT(waiting(), IsEmpty());
  ASSERT_TRUE(provision::sweep(at().context, soon()));
  EXPECT_EQ(records("(dirbridgeKind=held)"), 0U);
}

TEST_F(HeldGrants, ARenameThatFailsHoldsNothing) {
  const auto mapped = [this](GroupOptions& o) {
    o.mapping = {{"Staff", {group("jira-users")}}};
    o.on_the_fly = false;
  };
  start(1, mapped);
  const auto staff = add_group("Staff", add_users({"ann", "ben"}));
  auto& c = at();
  TestConnection other(server(), "okta", [&](mapping::Rules& r) { mapped(r.group_options); });
  CountingDirectory watched(c.pool);
  std::size_t held = 0;
  watched.before_change_ = [&](const directory::Change& change) {
    const auto* add = std::get_if<directory::Add>(&change.operation);
    if (!add || add->attributes.first("dirbridgeKind") != "ended") return;
    held = records("(dirbridgeKind=held)");
    const json::object nobody{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                              {"displayName", "Nobody"}};
    ASSERT_TRUE(other.groups->create(nobody, soon()));
  };
  sync::Reconciler reconciler(watched, c.guard, c.rules.group_shape,
                              {c.rules.group_base, c.rules.bridge_base});
  const provision::Context context{
      c.context.catalog,       c.rules, watched,          reconciler, c.locks, c.clock, {}, c.member_ids,
      scim::PutOmitted::Clear, 200'000, {removals_.get()}};
  auto refused = provision::make_groups(context)->patch(
      staff, json::parse(R"({"Operations":[{"op":"replace","path":"displayName","value":"Nobody"}]})"), {},
      provision::Members::Leave, soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Uniqueness);
  EXPECT_EQ(held, 1U) << "who waits is written before the rename";
  EXPECT_THAT(waiting(), IsEmpty());
  EXPECT_EQ(records("(|(dirbridgeKind=held)(dirbridgeKind=ended))"), 0U);
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben"));
  EXPECT_THAT(journal_.all, IsEmpty());
}

TEST_F(HeldGrants, B5_AnAdministratorsNewRulesAskTheBudgetToo) {
  start(1);
  const auto devs = add_group("App-devs", add_users({"ann", "ben"}));
  share("devs");
  start(1, [](GroupOptions& o) { o.names = name_rule("App-devs", "ops"); });
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben", "other"));
  EXPECT_THAT(people_in("ops"), ElementsAre("ann", "ben"));
  ASSERT_THAT(waiting(), SizeIs(1));
  EXPECT_FALSE(converge());
  ASSERT_TRUE(at().groups->approve(waiting()[0].id, soon()));
  EXPECT_THAT(people_in("devs"), ElementsAre("other"));
}

TEST_F(HeldGrants, B5_WhoIsInAnAdministratorsGroupByHandLeavesOnlyWhenHeSaysSoAndInTheBudget) {
  start(1);
  const auto ids = add_users({"ann", "ben", "eve"});
  make_by_hand("devs", {"ben", "eve", "stranger"});
  add_group("App-devs", {ids[0], ids[1]});
  EXPECT_FALSE(converge());
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben", "eve", "stranger"));
  start(0, [](GroupOptions& o) { o.keep_existing_user_groups = false; });
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben", "eve", "stranger"));
  ASSERT_THAT(waiting(), SizeIs(1));
  EXPECT_FALSE(converge());
  start(1, [](GroupOptions& o) { o.keep_existing_user_groups = false; });
  ASSERT_TRUE(at().groups->approve(waiting()[0].id, soon()));
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben", "stranger"));
}

TEST_F(HeldGrants, B5_DefaultGroupsThatEndAskTheBudget) {
  const auto defaults = [this](mapping::DefaultGroups::For whom) {
    return [this, whom](GroupOptions& o) { o.defaults = {whom, {group("jira-users")}}; };
  };
  start(1, defaults(mapping::DefaultGroups::For::New));
  add_users({"ann", "ben"});
  start(1, defaults(mapping::DefaultGroups::For::None));
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben"));
  EXPECT_THAT(waiting(), SizeIs(1));
  EXPECT_FALSE(converge());
}

}  // namespace
}  // namespace dirbridge::test
