// R1: who is to lose access loses it, whatever of what follows the directory does not let the bridge write.
#include "provision/upkeep/sweep.hpp"
#include "refusal_fixture.hpp"

namespace dirbridge::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// vera's rename, which a group that may not be written has stopped half-way.
class UnfinishedRename : public RefusedRemoval {
 protected:
  UnfinishedRename() {
    vera_ = add("vera");
    add_by_hand({uid("vera"), "cn=somebody"});
    refuse_changes_of(team);
    EXPECT_NE(patch(vera_, "userName", "vera2"), "");
    expect_unfinished();
  }
  void expect_unfinished() {
    EXPECT_THAT(values(uid("vera"), "dirbridgeAlias"), UnorderedElementsAre(uid("vera"), uid("vera2")));
    EXPECT_THAT(values(team, "member"), ElementsAre(uid("vera"), "cn=somebody"));
  }

  std::string vera_;
};

TEST_F(UnfinishedRename, R1_KeepsNobodyFromBeingDisabled) {
  EXPECT_NE(patch(vera_, "title", "Boss"), "") << "who stays is renamed first";
  EXPECT_THAT(left_.fields, IsEmpty());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(disable(vera_), "");
    expect_disabled(uid("vera"));
    expect_unfinished();
  }
  EXPECT_THAT(left_.fields, Contains("rename"));
  EXPECT_NE(patch(vera_, "active", true), "") << "enabling is strict";

  refuse_nothing();
  EXPECT_EQ(said(provision::sweep(okta_->context, soon())), "");
  EXPECT_THAT(values(uid("vera"), "dirbridgeAlias"), IsEmpty());
  expect_disabled(uid("vera"));
  EXPECT_EQ(patch(vera_, "active", true), "");
}

TEST_F(UnfinishedRename, R1_KeepsNobodyFromBeingDisabledByAPut) {
  EXPECT_EQ(put(vera_, "vera3", false), "");
  expect_disabled(uid("vera"));
  expect_unfinished();
}

TEST_F(UnfinishedRename, R1_KeepsNobodyFromBeingDeleted) {
  EXPECT_EQ(remove(vera_), "");
  expect_disabled(uid("vera"));
  EXPECT_THAT(values(uid("vera"), "dirbridgeDeleted"), testing::SizeIs(1));
  expect_unfinished();
}

TEST_F(UnfinishedRename, R1_KeepsNobodyFromBeingMovedAside) {
  add_unit("gone");
  reopen([](mapping::Rules& rules) { rules.disable.move_to = dn("ou=gone,dc=example,dc=org"); });
  EXPECT_EQ(disable(vera_), "");
  expect_disabled(uid("vera"));
  expect_unfinished();
  EXPECT_EQ(remove(vera_), "");
}

TEST_F(UnfinishedRename, R1_KeepsNobodyFromGoingToARecord) {
  reopen([](mapping::Rules& rules) { rules.disable.delete_entry = true; });
  EXPECT_EQ(disable(vera_), "");
  expect_disabled(uid("vera"));
  expect_unfinished();
}

TEST_F(UnfinishedRename, R1_TheSweepTellsNobodyAgainAndAgain) {
  EXPECT_EQ(disable(vera_), "");
  left_.fields.clear();
  EXPECT_NE(said(provision::sweep(okta_->context, soon())), "");
  EXPECT_THAT(left_.fields, IsEmpty());
}

TEST_F(RefusedRemoval, R1_WhatWasTriedDoesNotBreakAPrecondition) {
  add_unit("gone");
  reopen([](mapping::Rules& rules) { rules.disable.move_to = dn("ou=gone,dc=example,dc=org"); });
  const auto ann = add("ann");
  const auto bob = add("bob");
  add_by_hand({uid("ann"), uid("bob")});
  refuse_changes_of(team);
  EXPECT_EQ(said(okta_->users->patch(ann, patch_message("replace", "active", false), {version_of(ann), {}},
                                     provision::Members::Leave, soon())),
            "");
  EXPECT_EQ(said(okta_->users->remove(bob, {version_of(bob), {}}, soon())), "");
  expect_disabled(uid("ann"));
  expect_disabled(uid("bob"));
}

TEST_F(RefusedRemoval, R1_ARenameBesideADisablingIsLeft) {
  const auto bob = add("bob");
  add_by_hand({uid("bob")});
  refuse_changes_of(team);
  EXPECT_EQ(put(bob, "bob2", false), "");
  expect_disabled(uid("bob"));
  EXPECT_THAT(left_.fields, Contains("userName"));
  EXPECT_FALSE(exists(uid("bob2")));
}

TEST_F(RefusedRemoval, R1_WhoseGroupsCannotFollowStaysWhereHeIs) {
  add_unit("gone");
  const auto aside = [](mapping::Rules& rules) { rules.disable.move_to = dn("ou=gone,dc=example,dc=org"); };
  reopen(aside);
  const auto by_patch = add("ann");
  const auto by_put = add("bob");
  const auto by_delete = add("cay");
  add_by_hand({uid("ann"), uid("bob"), uid("cay")});
  refuse_changes_of(team);
  EXPECT_EQ(disable(by_patch), "");
  EXPECT_EQ(put(by_put, "bob2", false), "");
  EXPECT_EQ(remove(by_delete), "");
  for (const auto* name : {"ann", "bob", "cay"}) {
    expect_disabled(uid(name));
    EXPECT_FALSE(exists(uid(name, "gone")));
  }
  EXPECT_THAT(left_.fields, Contains("place").Times(3));
  EXPECT_THAT(values(team, "member"), UnorderedElementsAre(uid("ann"), uid("bob"), uid("cay")));
}

TEST_F(RefusedRemoval, R1_AGroupThatOnlyTakesNewNamesKeepsNobodyActive) {
  add_unit("gone");
  reopen([](mapping::Rules& rules) { rules.disable.move_to = dn("ou=gone,dc=example,dc=org"); });
  const auto ann = add("ann");
  const auto bob = add("bob");
  add_by_hand({uid("ann"), uid("bob")});
  refuse([](const directory::Change& change) {
    const auto* modify = std::get_if<directory::Modify>(&change.operation);
    return modify && modify->dn.str() == team &&
           modify->modifications.front().op == directory::Modification::Op::Delete;
  });
  EXPECT_EQ(disable(ann), "");
  EXPECT_EQ(remove(bob), "");
  for (const auto* name : {"ann", "bob"}) expect_disabled(exists(uid(name)) ? uid(name) : uid(name, "gone"));
}

// Locks that the server does not know, or that the bridge may not set.
class RefusedLock : public RefusedRemoval, public testing::WithParamInterface<const char*> {
 protected:
  RefusedLock() {
    reopen(lock);
    ann_ = add("ann");
    refuse([](const auto& change) { return changes_attribute(change, GetParam()); });
  }
  static void lock(mapping::Rules& rules) {
    rules.disable.ppolicy_lock = std::string_view(GetParam()) == "pwdAccountLockedTime";
    rules.disable.account_lock = !rules.disable.ppolicy_lock;
  }

  std::string ann_;
};

TEST_P(RefusedLock, R1_KeepsNobodyFromBeingDisabled) {
  EXPECT_EQ(patch(ann_, "title", "Boss"), "");
  for (int i = 0; i < 2; ++i) {
    left_.fields.clear();
    EXPECT_EQ(disable(ann_), "");
    expect_disabled(uid("ann"));
    EXPECT_THAT(left_.fields, ElementsAre("lock"));
  }
  EXPECT_THAT(values(uid("ann"), "title"), ElementsAre("Boss"));
  EXPECT_EQ(patch(ann_, "active", true), "");
}

TEST_P(RefusedLock, R1_KeepsNobodyFromBeingDeleted) {
  EXPECT_EQ(remove(ann_), "");
  expect_disabled(uid("ann"));
  EXPECT_THAT(left_.fields, ElementsAre("lock"));
}

TEST_P(RefusedLock, R1_KeepsNobodyFromBeingMovedAside) {
  add_unit("gone");
  reopen([](mapping::Rules& rules) {
    lock(rules);
    rules.disable.move_to = dn("ou=gone,dc=example,dc=org");
  });
  EXPECT_EQ(disable(ann_), "");
  expect_disabled(uid("ann", "gone"));
}

TEST_P(RefusedLock, R1_WhatElseIsRefusedDoesNotUnlock) {
  refuse([](const auto& change) { return changes_attribute(change, "title"); });
  auto body = user_message("ann");
  body["active"] = false;
  body["title"] = "Boss";
  EXPECT_EQ(said(okta_->users->replace(ann_, body, {}, soon())), "");
  expect_disabled(uid("ann"));
  EXPECT_THAT(values(uid("ann"), GetParam()), testing::SizeIs(1));
  EXPECT_THAT(left_.fields, ElementsAre("attributes"));
}

TEST_P(RefusedLock, R1_BothAreLeftWhereBothAreRefused) {
  refuse([](const auto& change) {
    return changes_attribute(change, "title") || changes_attribute(change, GetParam());
  });
  auto body = user_message("ann");
  body["active"] = false;
  body["title"] = "Boss";
  EXPECT_EQ(said(okta_->users->replace(ann_, body, {}, soon())), "");
  expect_disabled(uid("ann"));
  EXPECT_THAT(left_.fields, UnorderedElementsAre("attributes", "lock"));
}

INSTANTIATE_TEST_SUITE_P(Locks, RefusedLock, testing::Values("pwdAccountLockedTime", "nsAccountLock"),
                         [](const auto& lock) { return std::string(lock.param); });

// The repeat finds nobody to take out any more, and would be free.
TEST_F(RefusedRemoval, E4_WhatHasLandedIsCountedThoughItsDirectoryGroupIsAway) {
  reopen([](mapping::Rules& rules) { rules.group_options.mapping = {{"source", {dn(team)}}}; });
  add_by_hand({"cn=somebody"});
  const auto ann = add("ann");
  const auto ben = add("ben");
  const auto source = add_group("source", {ann, ben});
  sync::BudgetRules limits;
  limits.member_removals = {1, 100};
  sync::Budget budget(limits, okta_->clock);
  provision::Removals removals("okta", budget, nullptr, okta_->clock);
  okta_->context.mandate.budget = &removals;
  okta_->groups = provision::make_groups(okta_->context);
  const auto take_out = [&](const std::string& id) {
    return said(okta_->groups->patch(source, patch_message("remove", "members", members_of({id})), {},
                                     provision::Members::Leave, soon()));
  };
  directory_.before = [](const directory::Change& change) -> Result<> {
    if (!changes_entry(change, team)) return {};
    return error(ErrorKind::Unavailable, "the directory is away");
  };
  EXPECT_THAT(take_out(ann), testing::StartsWith("unavailable"));
  directory_.before = nullptr;
  EXPECT_EQ(take_out(ann), "");
  EXPECT_THAT(values(team, "member"), UnorderedElementsAre("cn=somebody", uid("ben")));
  EXPECT_EQ(take_out(ben), "");
  EXPECT_THAT(values(team, "member"), UnorderedElementsAre("cn=somebody", uid("ben"))) << "one is allowed";
}

}  // namespace
}  // namespace dirbridge::test
