// Who was in a directory group before, and who else brings members to it (readings 8 to 10, 21).
#include "group_option_fixture.hpp"
#include "provision/upkeep/sweep.hpp"

namespace dirbridge::test {
namespace {

using mapping::GroupOptions;
using testing::ElementsAre;
using testing::IsEmpty;

class GroupOptionKeep : public GroupOption {
 protected:
  TestConnection& map_staff(bool keep, const std::string& name = "okta",
                            const std::string& source = "Staff") {
    return connect(
        [&](GroupOptions& o) {
          o.mapping = {{source, {group("jira-users")}}};
          o.keep_existing_users = keep;
        },
        name);
  }
};

TEST_F(GroupOptionKeep, R09_WhoWasInTheGroupBeforeStaysWhenTheGrantEnds) {
  map_staff(true);
  const auto ann = add_user("ann");
  const auto ben = add_user("ben");
  make_by_hand("jira-users", {"ann"});
  const auto staff = add_group("Staff", {ann, ben});
  change(staff, "remove", {ann, ben});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  change(staff, "remove", {ann});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann")) << "a repeated removal changes nothing";
  EXPECT_FALSE(converge());
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
}

TEST_F(GroupOptionKeep, R09_WithoutAGrantNobodyIsRemovedByARequest) {
  map_staff(true);
  const auto ann = add_user("ann");
  make_by_hand("jira-users", {"ann"});
  const auto staff = add_group("Staff", {});
  change(staff, "remove", {ann});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
}

TEST_F(GroupOptionKeep, R09_ARepeatedAdditionIsNoMembershipByHand) {
  map_staff(true);
  const auto ann = add_user("ann");
  const auto staff = add_group("Staff", {ann});
  change(staff, "add", {ann});
  change(staff, "remove", {ann});
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
}

TEST_F(GroupOptionKeep, R09_WithKeepOffTheProviderIsTheWholeTruthAtConverge) {
  map_staff(false);
  const auto ann = add_user("ann");
  add_user("ben");
  make_by_hand("jira-users", {"ann", "ben"});
  const auto staff = add_group("Staff", {ann});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben")) << "a request changes nobody else";
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_FALSE(converge());
  change(staff, "remove", {ann});
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
}

TEST_F(GroupOptionKeep, R09_KeepIsSwitchedOffLater) {
  map_staff(true);
  const auto ann = add_user("ann");
  make_by_hand("jira-users", {"ann"});
  const auto staff = add_group("Staff", {ann});
  change(staff, "remove", {ann});
  EXPECT_EQ(records("(dirbridgeKind=by-hand)"), 1U);
  map_staff(false);
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
  EXPECT_EQ(records("(dirbridgeKind=by-hand)"), 0U);
  EXPECT_FALSE(converge());
}

TEST_F(GroupOptionKeep, R09_OnTheFlyItIsAboutTheUsersOfTheConnection) {
  const auto options = [](bool keep) {
    return [keep](GroupOptions& o) {
      o.filter = mapping::GroupFilter::make(mapping::GroupFilter::Mode::Exclude, {"x"}).value();
      o.keep_existing_user_groups = keep;
    };
  };
  connect(options(true));
  const auto ann = add_user("ann");
  add_user("ben");
  make_by_hand("devs", {"ann", "ben", "stranger"});
  const auto devs = add_group("devs", {ann});
  change(devs, "remove", {ann});
  EXPECT_FALSE(converge());
  EXPECT_THAT(people_in("devs"), ElementsAre("ann", "ben", "stranger"));
  connect(options(false));
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("devs"), ElementsAre("stranger"));
  EXPECT_FALSE(converge());
}

TEST_F(GroupOptionKeep, R10_RequestsAloneNeverStripAGroup) {
  map_staff(false);
  add_user("ben");
  make_by_hand("jira-users", {"ben"});
  const auto ann = add_user("ann");
  const auto staff = add_group("Staff", {});
  change(staff, "add", {ann});
  change(staff, "remove", {ann});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ben"));
}

TEST_F(GroupOptionKeep, R21_TwoConnectionsShareADirectoryGroup) {
  map_staff(true, "okta");
  map_staff(true, "entra", "Personal");
  const auto ann = add_user("ann", "okta");
  const auto ben = add_user("ben", "entra");
  const auto staff = add_group("Staff", {ann}, "okta");
  const auto personal = add_group("Personal", {ben}, "entra");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben"));
  change(staff, "remove", {ann}, "okta");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ben"));
  EXPECT_FALSE(converge("okta"));
  EXPECT_FALSE(converge("entra"));
  change(personal, "remove", {ben}, "entra");
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
}

TEST_F(GroupOptionKeep, R21_AMembershipStaysWhileAnotherConnectionGrantsIt) {
  map_staff(true, "okta");
  map_staff(true, "entra", "Personal");
  const auto ann = add_user("ann", "okta");
  const auto staff = add_group("Staff", {ann}, "okta");
  add_group("Personal", {}, "entra");
  ldif("dn: dirbridgeDisplayName=Personal,dirbridgeConnection=entra," + server().bridge_base() +
       "\nchangetype: modify\nadd: member\nmember: " + user_dn("ann") + "\n");
  change(staff, "remove", {ann}, "okta");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
}

TEST_F(GroupOptionKeep, R21_AGroupOfAnotherConnectionGetsAdditionsAndLosesOnlyThese) {
  connect([](GroupOptions&) {}, "entra");
  const auto ben = add_user("ben", "entra");
  const auto devs = add_group("jira-users", {ben}, "entra");
  map_staff(false, "okta");
  const auto ann = add_user("ann", "okta");
  const auto staff = add_group("Staff", {ann}, "okta");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben"));
  EXPECT_FALSE(converge("okta")) << "keep is off, but the group is somebody else's";
  change(staff, "remove", {ann}, "okta");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ben"));
  EXPECT_THAT(members(devs, "entra"), ElementsAre(ben));
}

TEST_F(GroupOptionKeep, R08_ACrashBeforeTheRemovalIsFinishedByTheSweep) {
  map_staff(true);
  const auto ann = add_user("ann");
  const auto staff = add_group("Staff", {ann, add_user("ben")});
  const auto record = "dirbridgeDisplayName=Staff,dirbridgeConnection=okta," + server().bridge_base();
  ldif("dn: dirbridgeId=00000000-0000-4000-8000-000000000001,dirbridgeConnection=okta," +
       server().bridge_base() +
       "\nchangetype: add\nobjectClass: dirbridgeRecord\ndirbridgeId: 00000000-0000-4000-8000-000000000001\n"
       "dirbridgeConnection: okta\ndirbridgeKind: ended\ndirbridgeMark: " +
       staff + "\ndirbridgeTarget: " + group_dn("jira-users") + "\nmember: " + user_dn("ann") + "\n");
  ldif("dn: " + record + "\nchangetype: modify\ndelete: member\nmember: " + user_dn("ann") + "\n");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben"));
  ASSERT_TRUE(provision::sweep(at().context, soon()));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ben"));
  EXPECT_EQ(records("(dirbridgeKind=ended)"), 0U);
}

TEST_F(GroupOptionKeep, R08_ACrashBeforeTheRemovalIsFinishedByTheRepeatedRequest) {
  map_staff(true);
  const auto ann = add_user("ann");
  const auto staff = add_group("Staff", {ann, add_user("ben")});
  ldif("dn: dirbridgeId=00000000-0000-4000-8000-000000000001,dirbridgeConnection=okta," +
       server().bridge_base() +
       "\nchangetype: add\nobjectClass: dirbridgeRecord\ndirbridgeId: 00000000-0000-4000-8000-000000000001\n"
       "dirbridgeConnection: okta\ndirbridgeKind: ended\ndirbridgeMark: " +
       staff + "\ndirbridgeTarget: " + group_dn("jira-users") + "\nmember: " + user_dn("ann") + "\n");
  ldif("dn: dirbridgeDisplayName=Staff,dirbridgeConnection=okta," + server().bridge_base() +
       "\nchangetype: modify\ndelete: member\nmember: " + user_dn("ann") + "\n");
  change(staff, "remove", {ann});
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ben"));
}

TEST_F(GroupOptionKeep, R08_ACrashBeforeTheAdditionIsMendedByConverge) {
  map_staff(true);
  add_user("ann");
  add_group("Staff", {});
  ldif("dn: dirbridgeDisplayName=Staff,dirbridgeConnection=okta," + server().bridge_base() +
       "\nchangetype: modify\nadd: member\nmember: " + user_dn("ann") + "\n");
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_FALSE(converge());
}

}  // namespace
}  // namespace dirbridge::test
