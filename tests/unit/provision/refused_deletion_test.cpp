// R1: who is deleted loses access, whatever of the deletion the directory does not let the bridge do.
#include "provision/upkeep/sweep.hpp"
#include "refusal_fixture.hpp"

namespace dirbridge::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr const char* devs = "cn=devs,ou=groups,dc=example,dc=org";
constexpr const char* ops = "cn=ops,ou=groups,dc=example,dc=org";
constexpr const char* placeholder = "cn=dirbridge-placeholder";

class RefusedDeletion : public RefusedRemoval {
 protected:
  void expect_deleted(const std::string& id, const std::string& name) {
    expect_disabled(name);
    EXPECT_THAT(values(name, "dirbridgeDeleted"), SizeIs(1));
    EXPECT_THAT(said(okta_->users->find(id, provision::Members::Leave, soon())),
                testing::StartsWith("not_found"));
  }
  std::string sweep() { return said(provision::sweep(okta_->context, soon())); }
};

void delete_them(mapping::Rules& rules) {
  rules.user_options.on_delete = mapping::OnDelete::Delete;
}

TEST_F(RefusedDeletion, R1_AMembershipThatCannotBeEndedKeepsNobodyActive) {
  const auto ann = add("ann");
  add_group("devs", {ann});
  add_group("ops", {ann});
  refuse_changes_of(devs);
  EXPECT_EQ(remove(ann), "");
  expect_deleted(ann, uid("ann"));
  EXPECT_THAT(values(devs, "member"), ElementsAre(uid("ann")));
  EXPECT_THAT(values(ops, "member"), ElementsAre(placeholder)) << "the others are left";
  EXPECT_THAT(left_.fields, ElementsAre("groups"));
}

TEST_F(RefusedDeletion, R1_WhoReturnsIsInNoGroupThatShouldHaveBeenLeft) {
  const auto ann = add("ann");
  const auto group = add_group("devs", {ann});
  refuse_changes_of(devs);
  EXPECT_EQ(remove(ann), "");
  EXPECT_NE(said(okta_->users->create(user_message("ann"), soon())), "") << "coming back is strict";
  expect_disabled(uid("ann"));
  refuse_nothing();
  EXPECT_EQ(add("ann"), ann);
  EXPECT_THAT(values(devs, "member"), ElementsAre(placeholder));
}

TEST_F(RefusedDeletion, R1_AMappedGroupThatCannotBeLeftKeepsNobodyActive) {
  reopen([](mapping::Rules& rules) { rules.group_options.mapping = {{"source", {dn(team)}}}; });
  add_by_hand({"cn=somebody"});
  const auto ann = add("ann");
  add_group("source", {ann});
  EXPECT_THAT(values(team, "member"), UnorderedElementsAre("cn=somebody", uid("ann")));
  refuse_changes_of(team);
  EXPECT_EQ(remove(ann), "");
  expect_deleted(ann, uid("ann"));
  EXPECT_THAT(left_.fields, Contains("groups"));
  refuse_nothing();
  EXPECT_EQ(sweep(), "");
  EXPECT_THAT(values(team, "member"), ElementsAre("cn=somebody")) << "what is owed is noted";
}

TEST_F(RefusedDeletion, R1_StrippingThatIsRefusedKeepsNobodyFromBeingDisabled) {
  reopen([](mapping::Rules& rules) {
    rules.group_options.mapping = {{"source", {dn(team)}}};
    rules.disable.strip_groups = true;
  });
  add_by_hand({"cn=somebody"});
  const auto ann = add("ann");
  add_group("source", {ann});
  refuse_changes_of(team);
  EXPECT_EQ(disable(ann), "");
  expect_disabled(uid("ann"));
  EXPECT_THAT(left_.fields, ElementsAre("groups"));
  refuse_nothing();
  EXPECT_EQ(sweep(), "");
  EXPECT_THAT(values(team, "member"), ElementsAre("cn=somebody"));
}

TEST_F(RefusedDeletion, R1_AnEntryThatCannotGoIsHidden) {
  reopen(delete_them);
  const auto ann = add("ann");
  add_group("devs", {ann});
  add_by_hand({uid("ann"), "cn=somebody"});
  refuse_changes_of(team);
  EXPECT_EQ(remove(ann), "");
  expect_deleted(ann, uid("ann"));
  EXPECT_THAT(values(devs, "member"), ElementsAre(placeholder));
  EXPECT_THAT(left_.fields, Contains("entry"));
  EXPECT_NE(sweep(), "") << "it is tried again";
  expect_deleted(ann, uid("ann"));
  refuse_nothing();
  EXPECT_EQ(sweep(), "");
  EXPECT_FALSE(exists(uid("ann")));
  EXPECT_THAT(values(team, "member"), ElementsAre("cn=somebody"));
}

TEST_F(RefusedDeletion, R1_AnEntryWithOthersBelowItIsHidden) {
  reopen(delete_them);
  const auto ann = add("ann");
  add_group("devs", {ann});
  world_.add("ou=dev," + uid("ann"), {{"objectClass", {"organizationalUnit"}}});
  EXPECT_EQ(remove(ann), "");
  expect_deleted(ann, uid("ann"));
  EXPECT_THAT(values(devs, "member"), ElementsAre(placeholder));
  EXPECT_THAT(left_.fields, ElementsAre("entry"));
}

TEST_F(RefusedDeletion, R1_TheSweepLeavesGroupsAloneForAnEntryThatCannotGo) {
  reopen(delete_them);
  const auto ann = add("ann");
  add_by_hand({uid("ann"), "cn=somebody"});
  world_.add("ou=dev," + uid("ann"), {{"objectClass", {"organizationalUnit"}}});
  EXPECT_EQ(remove(ann), "");
  const auto before = values(team, "entryCSN");
  EXPECT_NE(sweep(), "");
  EXPECT_EQ(values(team, "entryCSN"), before);
}

TEST_F(RefusedDeletion, R1_AnApprovedDeletionThatIsRefusedHides) {
  const auto ann = add("ann");
  const auto entry =
      directory::Modify{dn(uid("ann")),
                        {{directory::Modification::Op::Replace, "dirbridgeHeld", {"delete"}},
                         {directory::Modification::Op::Replace, "dirbridgeDeleted", {"20260101000000Z"}}},
                        false,
                        {}};
  EXPECT_EQ(said(directory_.apply({entry, "it waits"}, {}, soon())), "");
  reopen(delete_them);
  add_by_hand({uid("ann")});
  refuse_changes_of(team);
  EXPECT_EQ(said(okta_->users->approve(ann, soon())), "");
  expect_deleted(ann, uid("ann"));
}

}  // namespace
}  // namespace dirbridge::test
