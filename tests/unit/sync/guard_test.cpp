#include "sync/guard.hpp"

#include <gtest/gtest.h>

#include "support/dn.hpp"

namespace dirbridge::sync {
namespace {

using directory::Change;
using directory::Entry;
using test::dn;

class GuardTest : public testing::Test {
 protected:
  static Plan deleting(const char* name) {
    Plan plan;
    plan.stages.push_back({Change{directory::Delete{dn(name)}, ""}});
    return plan;
  }
  static Entry owned_by(const char* connection) {
    return {dn("uid=a,ou=people,dc=x"), {{"dirbridgeConnection", {connection}}}};
  }
  const Guard guard_{{"okta", {dn("ou=people,dc=x")}, {dn("uid=root,ou=people,dc=x")}}};
};

TEST_F(GuardTest, LetsOwnChangesPass) {
  EXPECT_TRUE(guard_.check(deleting("uid=a,ou=people,dc=x"), owned_by("okta")));
}

TEST_F(GuardTest, RefusesEntriesOfSomebodyElse) {
  const auto checked = guard_.check(deleting("uid=a,ou=people,dc=x"), owned_by("entra"));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::Forbidden);
  EXPECT_FALSE(guard_.check(deleting("uid=a,ou=people,dc=x"), Entry{dn("uid=a,ou=people,dc=x"), {}}));
}

TEST_F(GuardTest, LetsAnEntryOfNobodyBeAdoptedAndNothingElse) {
  const auto claiming = [](const char* connection) {
    Plan plan;
    plan.stages.push_back({Change{
        directory::Modify{dn("uid=a,ou=people,dc=x"),
                          {{directory::Modification::Op::Replace, "dirbridgeConnection", {connection}}},
                          false,
                          {}},
        ""}});
    return plan;
  };
  const Entry nobodys{dn("uid=a,ou=people,dc=x"), {}};
  EXPECT_TRUE(guard_.check(claiming("okta"), nobodys));
  EXPECT_FALSE(guard_.check(claiming("entra"), nobodys));
  EXPECT_FALSE(guard_.check(claiming("okta"), owned_by("entra")));
}

TEST_F(GuardTest, RefusesPlacesOutsideTheBases) {
  EXPECT_FALSE(guard_.check(deleting("uid=a,ou=admins,dc=x"), owned_by("okta")));
  EXPECT_FALSE(guard_.check(deleting("ou=people,dc=x"), owned_by("okta")));
}

TEST_F(GuardTest, RefusesProtectedEntriesInAnySpelling) {
  EXPECT_FALSE(guard_.check(deleting("UID=Root, ou=People,dc=x"), owned_by("okta")));
}

TEST_F(GuardTest, NothingToDoIsAlwaysAllowed) {
  EXPECT_TRUE(guard_.check({}, owned_by("entra")));
}

class GroupGuardTest : public testing::Test {
 protected:
  using Op = directory::Modification::Op;
  static Plan modifying(const char* name, std::vector<directory::Modification> modifications) {
    Plan plan;
    plan.stages.push_back({Change{directory::Modify{dn(name), std::move(modifications), true, {}}, ""}});
    return plan;
  }
  const Entry users_{dn("cn=users,ou=groups,dc=x"), {}};
  const Guard guard_{{"okta",
                      {dn("ou=people,dc=x"), dn("ou=groups,dc=x")},
                      {dn("cn=admins,ou=groups,dc=x"), dn("ou=sealed,ou=groups,dc=x")},
                      dn("ou=groups,dc=x")}};
};

TEST_F(GroupGuardTest, R21_LetsMembersOfOthersGroupsComeAndGo) {
  const auto members = modifying("cn=users,ou=groups,dc=x", {{Op::Add, "member", {"uid=a,ou=people,dc=x"}},
                                                             {Op::Delete, "member", {"uid=b"}}});
  EXPECT_TRUE(guard_.check(members, users_));
  EXPECT_TRUE(guard_.check(members, Entry{users_.dn, {{"dirbridgeConnection", {"entra"}}}}));
  const Guard direct{{"okta", {dn("ou=people,dc=x"), dn("ou=groups,dc=x")}, {}}};
  EXPECT_FALSE(direct.check(members, users_)) << "nothing is mapped";
}

TEST_F(GroupGuardTest, R21_RefusesAnythingElseOfOthersGroups) {
  const auto refused = [&](std::vector<directory::Modification> modifications) {
    return !guard_.check(modifying("cn=users,ou=groups,dc=x", std::move(modifications)), users_);
  };
  EXPECT_TRUE(refused({{Op::Replace, "member", {"uid=a"}}}));
  EXPECT_TRUE(refused({{Op::Delete, "member", {}}}));
  EXPECT_TRUE(refused({{Op::Add, "member", {"uid=a"}}, {Op::Replace, "cn", {"x"}}}));
  EXPECT_TRUE(refused({{Op::Add, "description", {"x"}}}));
  Plan deleting;
  deleting.stages.push_back({Change{directory::Delete{users_.dn}, ""}});
  EXPECT_FALSE(guard_.check(deleting, users_));
  EXPECT_FALSE(guard_.check(modifying("uid=a,ou=people,dc=x", {{Op::Add, "member", {"uid=a"}}}),
                            Entry{dn("uid=a,ou=people,dc=x"), {}}));
}

TEST_F(GroupGuardTest, R09_RefusesProtectedGroupsAndWhatLiesBelow) {
  for (const auto* name : {"cn=admins,ou=groups,dc=x", "cn=any,ou=sealed,ou=groups,dc=x"})
    EXPECT_FALSE(guard_.check(modifying(name, {{Op::Add, "member", {"uid=a"}}}), Entry{dn(name), {}}));
}

TEST_F(GroupGuardTest, R09_AProtectedGroupFollowsTheNameOfAMember) {
  const Entry user{dn("uid=a,ou=people,dc=x"), {{"dirbridgeConnection", {"okta"}}}};
  EXPECT_TRUE(guard_.check(
      modifying("cn=admins,ou=groups,dc=x", {{Op::Add, "member", {"uid=b,ou=people,dc=x"}}}), user));
  EXPECT_FALSE(guard_.check(modifying("cn=admins,ou=groups,dc=x", {{Op::Add, "description", {"x"}}}), user));
}

}  // namespace
}  // namespace dirbridge::sync
