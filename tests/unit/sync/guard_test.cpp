#include "sync/guard.hpp"

#include <gtest/gtest.h>

namespace dirbridge::sync {
namespace {

using directory::Change;
using directory::Dn;
using directory::Entry;

Dn dn(const char* text) {
  return Dn::parse(text).value();
}

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

}  // namespace
}  // namespace dirbridge::sync
