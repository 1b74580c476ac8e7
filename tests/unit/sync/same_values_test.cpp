#include "sync/same_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "directory/memory_directory.hpp"
#include "support/dn.hpp"
#include "sync/reconcile.hpp"

namespace dirbridge::sync {
namespace {

using directory::Entry;
using test::dn;
using testing::ElementsAre;

std::vector<std::string> kept(const char* attribute, std::vector<std::string> values, Sameness sameness) {
  EntryGoal goal;
  goal.attributes = {exactly(attribute, std::move(values))};
  keep_distinct(goal, sameness);
  return goal.attributes.front().values;
}

TEST(SameValues, C2_WhatIsOneToEachServerIsWrittenOnce) {
  EXPECT_THAT(kept("dirbridgeMail", {"a@x.org", "a@x.org ", "A@X.org", "b@x.org"}, Sameness::Surely),
              ElementsAre("a@x.org", "b@x.org"));
  EXPECT_THAT(kept("dirbridgePendingMember", {"x", "x ", "X"}, Sameness::Surely), ElementsAre("x", "X"));
  EXPECT_THAT(kept("homePhone", {"+49 30-1", "+49301"}, Sameness::Surely), ElementsAre("+49 30-1"));
  EXPECT_THAT(kept("dirbridgeAlias", {"uid=a, dc=x", "UID=A,dc=x"}, Sameness::Surely),
              ElementsAre("uid=a, dc=x"));
  EXPECT_THAT(kept("labeledURI", {"a", "a ", "a"}, Sameness::Surely), ElementsAre("a", "a "));
  EXPECT_THAT(kept("labeledURI", {"a", "a "}, Sameness::Widely), ElementsAre("a"));
}

class Refusing : public testing::Test {
 protected:
  Refusing() {
    twin_.load({dn("dc=x"), {{"objectClass", {"top"}}}});
    twin_.load(
        {dn("uid=a,dc=x"), {{"objectClass", {"top"}}, {"dirbridgeConnection", {"c"}}, {"uid", {"a"}}}});
  }

  Result<Report> write(const char* attribute, std::vector<std::string> values) {
    Task task;
    task.find = directory::at(dn("uid=a,dc=x"), {});
    task.goal = [&](const std::optional<Entry>& entry) -> Result<EntryGoal> {
      return EntryGoal{EntryGoal::Presence::Present, entry->dn, {exactly(attribute, values)}, "test", {}};
    };
    return reconciler_.run(task, deadline_in(std::chrono::seconds(10)));
  }

  std::vector<std::string> values(const char* attribute) {
    return directory::read(twin_, dn("uid=a,dc=x"), {attribute}, deadline_in(std::chrono::seconds(1)))
        .value()
        ->attributes.values(attribute);
  }

  directory::MemoryDirectory twin_;
  Guard guard_{{"c", {dn("dc=x")}, {}}};
  Reconciler reconciler_{twin_, guard_, {"member", dn("cn=p")}, {}};
};

// What we take for two and the server for one: it is made anew, and does not fail.
TEST_F(Refusing, C2_AValueThatTheServerHasAlreadyIsNoFailure) {
  ASSERT_TRUE(write("description", {"a  b", "a b", "c"}));
  EXPECT_THAT(values("description"), ElementsAre("a  b", "c"));
  ASSERT_TRUE(write("dirbridgeMail", {"zo\u00eb@x.org", "zoe\u0308@x.org"}));
  EXPECT_THAT(values("dirbridgeMail"), ElementsAre("zo\u00eb@x.org"));
}

}  // namespace
}  // namespace dirbridge::sync
