// Removals over the budget: the identity provider reads back what it wrote, the entries stay until somebody
// decides.
#include <gmock/gmock.h>
#include <boost/json/serialize.hpp>

#include <mutex>
#include <thread>

#include "base/uuid.hpp"
#include "connection_fixture.hpp"
#include "counting_directory.hpp"
#include "provision/store/budget_store.hpp"
#include "provision/upkeep/held_removals.hpp"

namespace dirbridge::test {
namespace {

using provision::HeldRemoval;
using provision::Members;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class Recorder final : public sync::Journal {
 public:
  void note(const sync::LeftNote&) override {}
  void note(const sync::ChangeNote& note) override {
    const std::lock_guard lock(mutex_);
    changes.push_back(std::string(directory::verb(note.change)) + ' ' + directory::target(note.change).str() +
                      ' ' + std::to_string(static_cast<int>(note.outcome)));
  }
  void note(const sync::DecisionNote& note) override {
    const std::lock_guard lock(mutex_);
    decisions.push_back(std::to_string(static_cast<int>(note.decision)) + ' ' + std::string(note.removal) +
                        ' ' + note.dn.rdn().value() + ' ' + std::to_string(note.members.size()));
  }
  std::vector<std::string> changes;
  std::vector<std::string> decisions;

 private:
  std::mutex mutex_;
};

class HeldTest : public ConnectionFixture {
 protected:
  void SetUp() override {
    ConnectionFixture::SetUp();
    sync::BudgetRules rules;
    rules.disables = {2, 100};
    rules.member_removals = {2, 100};
    rules.deletes = {1, 100};
    rules.group_deletes = {1, 100};
    use(rules);
  }
  void TearDown() override {
    removals_.reset();
    ConnectionFixture::TearDown();
  }

  void use(const sync::BudgetRules& rules) {
    auto& c = connection();
    budget_ = std::make_unique<sync::Budget>(rules, c.clock);
    removals_ = std::make_unique<provision::Removals>("okta", *budget_, &journal_, c.clock);
    c.context.mandate.budget = removals_.get();
    c.users = provision::make_users(c.context);
    c.groups = provision::make_groups(c.context);
  }

  json::object set_active(const std::string& id, bool active) {
    return patch_user(id, json::object{{"op", "replace"}, {"path", "active"}, {"value", active}});
  }
  json::object patch_user(const std::string& id, const json::object& operation) {
    const json::object body{{"schemas", json::array{"urn:ietf:params:scim:api:messages:2.0:PatchOp"}},
                            {"Operations", json::array{operation}}};
    auto done = users().patch(id, body, {}, Members::Load, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
    return done ? done->resource : json::object();
  }
  json::object user(const std::string& id) {
    auto found = users().find(id, Members::Load, soon());
    EXPECT_TRUE(found) << (found ? "" : found.error().detail);
    return found ? *found : json::object();
  }
  void put_group(const std::string& id, const std::string& name, const std::vector<std::string>& ids) {
    json::array members;
    for (const auto& member : ids) members.emplace_back(json::object{{"value", member}});
    json::object body{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                      {"displayName", name}};
    body["members"] = members;
    auto done = groups().replace(id, body, {}, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }
  void remove_members(const std::string& group, const std::vector<std::string>& ids) {
    auto done = groups().patch(group, member_operation("remove", ids), {}, Members::Leave, soon());
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }
  std::vector<HeldRemoval> waiting() {
    auto all = provision::held_removals(connection().context, soon());
    EXPECT_TRUE(all) << (all ? "" : all.error().detail);
    return all ? *all : std::vector<HeldRemoval>();
  }
  std::vector<std::string> found_by_member(const std::string& id) {
    auto filter = scim::parse_filter("members.value eq \"" + id + "\"", connection().context.catalog.group);
    EXPECT_TRUE(filter);
    provision::Query query;
    query.filter = std::move(*filter);
    auto page = groups().list(query, soon());
    EXPECT_TRUE(page) << (page ? "" : page.error().detail);
    std::vector<std::string> out;
    if (page)
      for (const auto& one : page->resources) out.emplace_back(one.at("displayName").as_string());
    return out;
  }
  std::vector<std::string> add_users(int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) out.push_back(id_of(add_user("u" + std::to_string(i))));
    return out;
  }
  std::vector<std::string> held_values(const std::string& name) {
    return values(user_dn(name), "dirbridgeHeld");
  }
  std::vector<std::string> activity(const std::string& name) {
    return values(user_dn(name), "dirbridgeActive");
  }

  Recorder journal_;
  std::unique_ptr<sync::Budget> budget_;
  std::unique_ptr<provision::Removals> removals_;
};

TEST_F(HeldTest, DisablesOverTheBudgetWaitAndReadAsInactive) {
  const auto ids = add_users(4);
  for (const auto& id : ids) EXPECT_EQ(set_active(id, false).at("active"), json::value(false));
  EXPECT_THAT(activity("u0"), ElementsAre("FALSE"));
  EXPECT_THAT(activity("u1"), ElementsAre("FALSE"));
  EXPECT_THAT(activity("u2"), ElementsAre("TRUE"));
  EXPECT_THAT(held_values("u2"), ElementsAre("disable"));
  EXPECT_THAT(held_values("u0"), IsEmpty());
  EXPECT_EQ(user(ids[3]).at("active"), json::value(false));
  const auto all = waiting();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].name, "u2");
  EXPECT_EQ(all[0].id, ids[2]);
  EXPECT_THAT(journal_.decisions, ElementsAre("0 disable u2 0", "0 disable u3 0"));
  EXPECT_EQ(budget_->spent(sync::Removal::Disable, ""), 2U);
}

TEST_F(HeldTest, OtherChangesOfHimGoOnWhileItWaits) {
  const auto ids = add_users(3);
  for (const auto& id : ids) set_active(id, false);
  patch_user(ids[2], json::object{{"op", "replace"}, {"path", "title"}, {"value", "Boss"}});
  EXPECT_THAT(values(user_dn("u2"), "title"), ElementsAre("Boss"));
  EXPECT_THAT(activity("u2"), ElementsAre("TRUE"));
  EXPECT_THAT(held_values("u2"), ElementsAre("disable"));
  set_active(ids[2], false);  // said once more
  EXPECT_THAT(activity("u2"), ElementsAre("TRUE"));
  EXPECT_THAT(journal_.decisions, SizeIs(1));
}

TEST_F(HeldTest, EnablingEndsTheWaiting) {
  const auto ids = add_users(3);
  for (const auto& id : ids) set_active(id, false);
  EXPECT_EQ(set_active(ids[2], true).at("active"), json::value(true));
  EXPECT_THAT(held_values("u2"), IsEmpty());
  EXPECT_THAT(waiting(), IsEmpty());
  const auto approved = users().approve(ids[2], soon());
  ASSERT_FALSE(approved) << "what no longer waits is not applied";
  EXPECT_EQ(approved.error().kind, ErrorKind::NotFound);
  EXPECT_THAT(activity("u2"), ElementsAre("TRUE"));
}

TEST_F(HeldTest, ApprovedIsApplied) {
  const auto ids = add_users(3);
  for (const auto& id : ids) set_active(id, false);
  ASSERT_TRUE(users().approve(ids[2], soon()));
  EXPECT_THAT(activity("u2"), ElementsAre("FALSE"));
  EXPECT_THAT(held_values("u2"), IsEmpty());
  EXPECT_EQ(user(ids[2]).at("active"), json::value(false));
  EXPECT_FALSE(users().approve(ids[2], soon()));
  EXPECT_EQ(journal_.decisions.back(), "1 disable u2 0");
  EXPECT_EQ(budget_->spent(sync::Removal::Disable, ""), 2U) << "an administrator needs no budget";
}

TEST_F(HeldTest, RejectedStaysUntilTheIdentityProviderChangesItsMind) {
  const auto ids = add_users(3);
  for (const auto& id : ids) set_active(id, false);
  ASSERT_TRUE(users().reject(ids[2], soon()));
  EXPECT_THAT(waiting(), IsEmpty());
  EXPECT_EQ(user(ids[2]).at("active"), json::value(false)) << "it reads back what it wrote";
  use({});
  patch_user(ids[2], json::object{{"op", "replace"}, {"path", "title"}, {"value", "Boss"}});
  EXPECT_THAT(activity("u2"), ElementsAre("TRUE")) << "a change of something else does not disable him";
  set_active(ids[2], true);
  EXPECT_THAT(held_values("u2"), IsEmpty());
  set_active(ids[2], false);
  EXPECT_THAT(activity("u2"), ElementsAre("FALSE"));
}

TEST_F(HeldTest, ARequestThatFailsTakesNothingOfTheBudget) {
  const auto ids = add_users(2);
  const json::object body{
      {"schemas", json::array{"urn:ietf:params:scim:api:messages:2.0:PatchOp"}},
      {"Operations", json::array{json::object{{"op", "replace"}, {"path", "active"}, {"value", false}}}}};
  EXPECT_FALSE(users().patch(ids[0], body, {"W/\"another\"", {}}, Members::Leave, soon()));
  EXPECT_EQ(budget_->spent(sync::Removal::Disable, ""), 0U);
}

TEST_F(HeldTest, MembersOverTheBudgetAreHiddenAndStay) {
  const auto ids = add_users(4);
  const auto devs = id_of(add_group("devs", ids));
  remove_members(devs, {ids[0]});
  remove_members(devs, {ids[1], ids[2]});  // two at once are over: all or none of them
  EXPECT_THAT(values(group_dn("devs"), "member"),
              UnorderedElementsAre(user_dn("u1"), user_dn("u2"), user_dn("u3")));
  EXPECT_THAT(values(group_dn("devs"), "dirbridgeHeldMember"),
              UnorderedElementsAre(user_dn("u1"), user_dn("u2")));
  EXPECT_THAT(member_ids(group(devs)), ElementsAre(ids[3]));
  EXPECT_THAT(found_by_member(ids[1]), IsEmpty());
  EXPECT_THAT(found_by_member(ids[3]), ElementsAre("devs"));
  EXPECT_FALSE(user(ids[1]).contains("groups"));
  EXPECT_TRUE(user(ids[3]).contains("groups"));
  auto listed = groups().list({}, soon());
  ASSERT_TRUE(listed);
  EXPECT_THAT(member_ids(listed->resources.at(0)), ElementsAre(ids[3]));
  EXPECT_THAT(journal_.decisions, ElementsAre("0 member removal devs 2"));
  ASSERT_THAT(waiting(), SizeIs(1));
  EXPECT_THAT(waiting()[0].members, SizeIs(2));
}

TEST_F(HeldTest, AddingThemAgainTakesThemOutOfTheList) {
  const auto ids = add_users(4);
  const auto devs = id_of(add_group("devs", ids));
  remove_members(devs, {ids[0], ids[1], ids[2]});
  ASSERT_TRUE(groups().patch(devs, member_operation("add", {ids[0]}), {}, Members::Leave, soon()));
  EXPECT_THAT(values(group_dn("devs"), "dirbridgeHeldMember"),
              UnorderedElementsAre(user_dn("u1"), user_dn("u2")));
  EXPECT_THAT(member_ids(group(devs)), UnorderedElementsAre(ids[0], ids[3]));
  put_group(devs, "devs", {ids[0], ids[1], ids[3]});
  EXPECT_THAT(values(group_dn("devs"), "dirbridgeHeldMember"), ElementsAre(user_dn("u2")));
  EXPECT_THAT(values(group_dn("devs"), "member"), SizeIs(4));
}

TEST_F(HeldTest, RemovedOnceMoreTheyGoOnWaiting) {
  const auto ids = add_users(4);
  const auto devs = id_of(add_group("devs", ids));
  put_group(devs, "devs", {ids[3]});
  EXPECT_THAT(values(group_dn("devs"), "member"), SizeIs(4));
  use({});  // a window later, with all of the budget
  put_group(devs, "devs", {ids[3]});
  remove_members(devs, {ids[0]});
  EXPECT_THAT(values(group_dn("devs"), "member"), SizeIs(4)) << "only an administrator decides";
  EXPECT_THAT(values(group_dn("devs"), "dirbridgeHeldMember"), SizeIs(3));
  EXPECT_THAT(member_ids(group(devs)), ElementsAre(ids[3]));
}

TEST_F(HeldTest, ApprovedMembersLeaveAlsoTheLast) {
  const auto ids = add_users(3);
  const auto devs = id_of(add_group("devs", ids));
  put_group(devs, "devs", {});
  EXPECT_THAT(member_ids(group(devs)), IsEmpty());
  EXPECT_THAT(values(group_dn("devs"), "member"), SizeIs(3));
  ASSERT_TRUE(groups().approve(devs, soon()));
  EXPECT_THAT(values(group_dn("devs"), "member"), ElementsAre("cn=dirbridge-placeholder"));
  EXPECT_THAT(values(group_dn("devs"), "dirbridgeHeldMember"), IsEmpty());
  EXPECT_FALSE(groups().approve(devs, soon()));
}

TEST_F(HeldTest, RejectedMembersAreMembersAgain) {
  const auto ids = add_users(3);
  const auto devs = id_of(add_group("devs", ids));
  put_group(devs, "devs", {});
  ASSERT_TRUE(groups().reject(devs, soon()));
  EXPECT_THAT(member_ids(group(devs)), SizeIs(3));
  EXPECT_THAT(values(group_dn("devs"), "dirbridgeHeldMember"), IsEmpty());
}

TEST_F(HeldTest, WhoWaitsAndIsRenamedGoesOnWaiting) {
  const auto ids = add_users(3);
  const auto devs = id_of(add_group("devs", ids));
  put_group(devs, "devs", {});
  patch_user(ids[0], json::object{{"op", "replace"}, {"path", "userName"}, {"value", "renamed"}});
  EXPECT_THAT(values(group_dn("devs"), "dirbridgeHeldMember"),
              UnorderedElementsAre(user_dn("renamed"), user_dn("u1"), user_dn("u2")));
  EXPECT_THAT(member_ids(group(devs)), IsEmpty());
  ASSERT_TRUE(users().remove(ids[1], {}, soon()));
  EXPECT_THAT(values(group_dn("devs"), "dirbridgeHeldMember"),
              UnorderedElementsAre(user_dn("renamed"), user_dn("u2")));
  EXPECT_THAT(values(group_dn("devs"), "member"), UnorderedElementsAre(user_dn("renamed"), user_dn("u2")));
}

TEST_F(HeldTest, DeletionsOverTheBudgetAreGoneOverScimAndNothingElse) {
  const auto ids = add_users(2);
  const auto devs = id_of(add_group("devs", ids));
  ASSERT_TRUE(users().remove(ids[0], {}, soon()));
  ASSERT_TRUE(users().remove(ids[1], {}, soon()));
  EXPECT_THAT(activity("u0"), ElementsAre("FALSE"));
  EXPECT_THAT(activity("u1"), ElementsAre("TRUE"));
  EXPECT_THAT(held_values("u1"), ElementsAre("delete"));
  EXPECT_THAT(values(group_dn("devs"), "member"), ElementsAre(user_dn("u1")));
  EXPECT_FALSE(users().find(ids[1], Members::Load, soon()));
  EXPECT_THAT(member_ids(group(devs)), IsEmpty());
  EXPECT_FALSE(users().remove(ids[1], {}, soon())) << "it is gone";
  put_group(devs, "devs", {});
  EXPECT_THAT(values(group_dn("devs"), "member"), ElementsAre(user_dn("u1")));
  ASSERT_THAT(waiting(), SizeIs(1));
  EXPECT_EQ(waiting()[0].removal, sync::Removal::Delete);
  ASSERT_TRUE(users().approve(ids[1], soon()));
  EXPECT_THAT(activity("u1"), ElementsAre("FALSE"));
  EXPECT_THAT(held_values("u1"), IsEmpty());
  EXPECT_THAT(values(group_dn("devs"), "member"), ElementsAre("cn=dirbridge-placeholder"));
  EXPECT_FALSE(users().approve(ids[1], soon()));
}

TEST_F(HeldTest, AnApprovedDeletionDeletesWhereTheConnectionDeletes) {
  connection().rules.user_options.on_delete = mapping::OnDelete::Delete;
  const auto ids = add_users(3);
  for (const auto& id : ids) ASSERT_TRUE(users().remove(id, {}, soon()));
  EXPECT_FALSE(exists(user_dn("u0")));
  EXPECT_TRUE(exists(user_dn("u1")));
  ASSERT_TRUE(provision::sweep(connection().context, soon()));
  EXPECT_TRUE(exists(user_dn("u1"))) << "its time has not come";
  ASSERT_TRUE(users().approve(ids[1], soon()));
  EXPECT_FALSE(exists(user_dn("u1")));
  ASSERT_TRUE(users().reject(ids[2], soon()));
  ASSERT_TRUE(provision::sweep(connection().context, soon()));
  EXPECT_TRUE(exists(user_dn("u2")));
  EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(HeldTest, WhoIsCreatedAnewIsThereAgain) {
  const auto ids = add_users(2);
  const auto devs = id_of(add_group("devs", ids));
  for (const auto& id : ids) ASSERT_TRUE(users().remove(id, {}, soon()));
  EXPECT_EQ(id_of(add_user("u1")), ids[1]);
  EXPECT_THAT(waiting(), IsEmpty());
  EXPECT_THAT(held_values("u1"), IsEmpty());
  EXPECT_THAT(activity("u1"), ElementsAre("TRUE"));
  EXPECT_THAT(member_ids(group(devs)), IsEmpty()) << "the deletion has ended the memberships";
  EXPECT_THAT(values(group_dn("devs"), "member"), ElementsAre("cn=dirbridge-placeholder"));
}

TEST_F(HeldTest, WhoIsCreatedAnewWaitsToLeaveGroupsThatHaveNoBudgetLeft) {
  use({std::chrono::minutes(60), {9, 100}, {0, 100}, {9, 100}, {1, 100}});
  const auto ids = add_users(3);
  const auto devs = id_of(add_group("devs", ids));
  const auto ops = id_of(add_group("ops", ids));
  remove_members(devs, {ids[0]});
  ASSERT_TRUE(users().remove(ids[1], {}, soon()));
  ASSERT_THAT(held_values("u1"), ElementsAre("delete"));
  EXPECT_EQ(id_of(add_user("u1")), ids[1]);
  EXPECT_THAT(member_ids(group(devs)), ElementsAre(ids[2])) << "the identity provider reads what it did";
  EXPECT_THAT(member_ids(group(ops)), UnorderedElementsAre(ids[0], ids[2]));
  EXPECT_THAT(values(group_dn("devs"), "dirbridgeHeldMember"), ElementsAre(user_dn("u1")));
  EXPECT_THAT(values(group_dn("devs"), "member"), UnorderedElementsAre(user_dn("u1"), user_dn("u2")));
  EXPECT_THAT(values(group_dn("ops"), "member"), UnorderedElementsAre(user_dn("u0"), user_dn("u2")));
  ASSERT_THAT(waiting(), SizeIs(1));
  EXPECT_EQ(waiting()[0].removal, sync::Removal::MemberRemoval);
  ASSERT_TRUE(groups().patch(devs, member_operation("add", {ids[1]}), {}, Members::Leave, soon()));
  EXPECT_THAT(waiting(), IsEmpty()) << "the identity provider has put them back";
  EXPECT_THAT(member_ids(group(devs)), UnorderedElementsAre(ids[1], ids[2]));
}

TEST_F(HeldTest, WhoWasKeptByAnAdministratorAndIsCreatedAnewKeepsTheGroups) {
  const auto ids = add_users(2);
  const auto devs = id_of(add_group("devs", ids));
  for (const auto& id : ids) ASSERT_TRUE(users().remove(id, {}, soon()));
  ASSERT_TRUE(users().reject(ids[1], soon()));
  EXPECT_EQ(id_of(add_user("u1")), ids[1]);
  EXPECT_THAT(member_ids(group(devs)), ElementsAre(ids[1]));
}

TEST_F(HeldTest, WhoWaitsToBeDisabledCanWaitToBeDeleted) {
  const auto ids = add_users(4);
  for (const auto& id : ids) set_active(id, false);
  ASSERT_TRUE(users().remove(ids[0], {}, soon()));
  ASSERT_TRUE(users().remove(ids[3], {}, soon()));
  EXPECT_THAT(held_values("u3"), UnorderedElementsAre("disable", "delete"));
  ASSERT_THAT(waiting(), SizeIs(2));
  ASSERT_TRUE(users().approve(ids[3], soon()));
  EXPECT_THAT(activity("u3"), ElementsAre("FALSE"));
  EXPECT_THAT(held_values("u3"), IsEmpty());
}

TEST_F(HeldTest, GroupsOverTheBudgetAreGoneOverScimAndNothingElse) {
  const auto ids = add_users(2);
  const auto first = id_of(add_group("first", ids));
  const auto second = id_of(add_group("second", ids));
  ASSERT_TRUE(groups().remove(first, {}, soon()));
  ASSERT_TRUE(groups().remove(second, {}, soon()));
  EXPECT_THAT(values(group_dn("first"), "member"), ElementsAre("cn=dirbridge-placeholder"));
  EXPECT_THAT(values(group_dn("second"), "member"), SizeIs(2));
  EXPECT_FALSE(groups().find(second, Members::Load, soon()));
  EXPECT_FALSE(user(ids[0]).contains("groups"));
  ASSERT_THAT(waiting(), SizeIs(1));
  EXPECT_EQ(waiting()[0].removal, sync::Removal::GroupDelete);
  ASSERT_TRUE(provision::sweep(connection().context, soon()));
  EXPECT_THAT(values(group_dn("second"), "member"), SizeIs(2));
  ASSERT_TRUE(groups().approve(second, soon()));
  EXPECT_THAT(values(group_dn("second"), "member"), ElementsAre("cn=dirbridge-placeholder"));
  EXPECT_THAT(waiting(), IsEmpty());
  EXPECT_FALSE(groups().approve(second, soon()));
}

TEST_F(HeldTest, AGroupThatIsCreatedAnewKeepsWhoWouldBeTooMany) {
  const auto ids = add_users(4);
  add_group("spare", {});
  ASSERT_TRUE(groups().remove(id_of(add_group("first", {})), {}, soon()));
  const auto second = id_of(add_group("second", ids));
  ASSERT_TRUE(groups().remove(second, {}, soon()));
  EXPECT_EQ(id_of(add_group("second", {ids[0]})), second);
  EXPECT_THAT(member_ids(group(second)), ElementsAre(ids[0]));
  EXPECT_THAT(values(group_dn("second"), "member"), SizeIs(4));
  EXPECT_THAT(values(group_dn("second"), "dirbridgeHeldMember"), SizeIs(3));
}

TEST_F(HeldTest, DirectoryGroupsOfMappedGroupsWaitAsWell) {
  auto& options = connection().rules.group_options;
  const auto staff = directory::Dn::parse(group_dn("staff")).value();
  options.mapping = {{"devs", {staff}}};
  use({std::chrono::minutes(60), {2, 100}, {1, 100}, {0, 100}, {2, 100}});
  const auto ids = add_users(4);
  const auto devs = id_of(add_group("devs", ids));
  ASSERT_THAT(values(group_dn("staff"), "member"), SizeIs(4));
  put_group(devs, "devs", {ids[3]});
  EXPECT_THAT(member_ids(group(devs)), ElementsAre(ids[3]));
  EXPECT_THAT(values(group_dn("staff"), "member"), SizeIs(4));
  ASSERT_TRUE(groups().approve(devs, soon()));
  EXPECT_THAT(values(group_dn("staff"), "member"), ElementsAre(user_dn("u3")));
  ASSERT_TRUE(groups().remove(devs, {}, soon()));
  EXPECT_THAT(values(group_dn("staff"), "member"), ElementsAre(user_dn("u3"))) << "the deletion waits";
  ASSERT_TRUE(provision::sweep(connection().context, soon()));
  ASSERT_TRUE(groups().converge(devs, soon()).has_error());
  EXPECT_THAT(values(group_dn("staff"), "member"), ElementsAre(user_dn("u3")));
  ASSERT_TRUE(groups().approve(devs, soon()));
  EXPECT_THAT(values(group_dn("staff"), "member"), ElementsAre("cn=dirbridge-placeholder"));
}

TEST_F(HeldTest, AGroupThatWaitsGrantsAsBeforeWhenAnotherOfItsDirectoryGroupChanges) {
  auto& options = connection().rules.group_options;
  const auto staff = directory::Dn::parse(group_dn("staff")).value();
  options.mapping = {{"devs", {staff}}, {"ops", {staff}}};
  use({std::chrono::minutes(60), {9, 100}, {9, 100}, {0, 100}, {9, 100}});
  const auto ids = add_users(2);
  const auto devs = id_of(add_group("devs", ids));
  const auto ops = id_of(add_group("ops", {ids[0]}));
  ASSERT_TRUE(groups().remove(devs, {}, soon()));
  remove_members(ops, {ids[0]});
  EXPECT_THAT(values(group_dn("staff"), "member"), SizeIs(2)) << "devs still grants it";
  ASSERT_TRUE(groups().approve(devs, soon()));
  EXPECT_THAT(values(group_dn("staff"), "member"), ElementsAre("cn=dirbridge-placeholder"));
}

TEST_F(HeldTest, WhoIsApprovedToBeDisabledIsStripped) {
  auto& rules = connection().rules;
  rules.disable.strip_groups = true;
  rules.group_options.mapping = {{"devs", {directory::Dn::parse(group_dn("staff")).value()}}};
  use({std::chrono::minutes(60), {0, 100}, {9, 100}, {9, 100}, {9, 100}});
  const auto ids = add_users(2);
  add_group("devs", ids);
  set_active(ids[0], false);
  EXPECT_THAT(values(group_dn("staff"), "member"), SizeIs(2)) << "it waits";
  ASSERT_TRUE(users().approve(ids[0], soon()));
  EXPECT_THAT(values(group_dn("staff"), "member"), ElementsAre(user_dn("u1")));
}

TEST_F(HeldTest, ManyRemovalsAtOnceUseUpTheBudgetToTheLast) {
  sync::BudgetRules rules;
  rules.member_removals = {7, 100};
  use(rules);
  const auto ids = add_users(20);
  const auto devs = id_of(add_group("devs", ids));
  std::vector<std::thread> threads;
  for (const auto& id : ids) threads.emplace_back([&, id] { remove_members(devs, {id}); });
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(values(group_dn("devs"), "member"), SizeIs(13));
  EXPECT_THAT(values(group_dn("devs"), "dirbridgeHeldMember"), SizeIs(13));
  EXPECT_THAT(member_ids(group(devs)), IsEmpty());
}

TEST_F(HeldTest, OneByOneTheyAreHeldWithoutReadingTheGroup) {
  constexpr int size = 40;
  constexpr std::size_t removed = 10;
  sync::BudgetRules rules;
  rules.member_removals = {0, 100};
  use(rules);
  const auto ids = add_users(size);
  const auto devs = id_of(add_group("devs", ids));
  auto& c = connection();
  CountingDirectory counting(c.pool);
  sync::Reconciler reconciler(counting, c.guard, c.rules.group_shape,
                              {c.rules.group_base, c.rules.bridge_base});
  const provision::Context context{
      c.context.catalog,       c.rules, counting,         reconciler, c.locks, c.clock, {}, c.member_ids,
      scim::PutOmitted::Clear, 200'000, {removals_.get()}};
  const auto counted = provision::make_groups(context);
  for (std::size_t i = 0; i < removed; ++i)
    ASSERT_TRUE(counted->patch(devs, member_operation("remove", {ids[i]}), {}, Members::Leave, soon()));
  EXPECT_THAT(values(group_dn("devs"), "dirbridgeHeldMember"), SizeIs(removed));
  EXPECT_THAT(values(group_dn("devs"), "member"), SizeIs(size));
  EXPECT_LT(counting.values_read_, removed) << "of the members only those in question are looked for";
}

TEST_F(HeldTest, WhatWasSpentOutlivesARestart) {
  const auto ids = add_users(2);
  auto& c = connection();
  provision::BudgetStore store(c.context, c.reconciler, *budget_);
  ASSERT_TRUE(store.exchange(soon()));
  for (const auto& id : ids) set_active(id, false);
  ASSERT_TRUE(store.exchange(soon()));
  sync::Budget next({}, c.clock);
  provision::BudgetStore after(c.context, c.reconciler, next);
  ASSERT_TRUE(after.exchange(soon()));
  EXPECT_EQ(next.spent(sync::Removal::Disable, ""), 2U);
}

TEST_F(HeldTest, ADamagedRecordOfTheBudgetIsReadAsFarAsItGoes) {
  auto& c = connection();
  provision::BudgetStore store(c.context, c.reconciler, *budget_);
  ASSERT_TRUE(store.exchange(soon()));
  budget_->take(sync::Removal::Disable, "", 1);
  ASSERT_TRUE(store.exchange(soon()));
  const auto id = named_uuid("dirbridge budget of okta");
  ASSERT_EQ(
      ldap_modify(server(), As::Admin,
                  "dn: dirbridgeId=" + id + "," + server().bridge_base() +
                      "\nchangetype: modify\nreplace: dirbridgeResource\n"
                      R"(dirbridgeResource: {"spent":[1,["disable"],["explode","",1,1],["disable","",-1,1]]})"
                      "\n")
          .exit_code,
      0);
  sync::Budget next({}, c.clock);
  provision::BudgetStore after(c.context, c.reconciler, next);
  EXPECT_TRUE(after.exchange(soon()));
  EXPECT_EQ(next.spent(sync::Removal::Disable, ""), 0U);
}

}  // namespace
}  // namespace dirbridge::test
