// R1: removing access is never refused for another reason (design rule 15).
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "support/memory_connection.hpp"
#include "support/quiet_log.hpp"
#include "support/removal_walk.hpp"
#include "support/sanitizer.hpp"
#include "support/scim_messages.hpp"
#include "support/seed.hpp"
#include "support/soon.hpp"
#include "support/strict_directory.hpp"

namespace dirbridge::test {
namespace {

std::string created(const Result<boost::json::object>& made) {
  EXPECT_TRUE(made) << (made ? "" : made.error().detail);
  return made ? std::string(made->at("id").as_string()) : std::string();
}

// The rules of today make one directory group of two.
class MadeOne : public testing::Test {
 protected:
  MadeOne() {
    MemoryConnection before(world_, "okta", [](mapping::Rules& rules) { map(rules); });
    ann_ = created(before.users->create(user_message("ann"), soon()));
    auto team = group_message("app-devs");
    created(before.groups->create(group_message("devs"), soon()));
    team["members"] = members_of({ann_});
    team_ = created(before.groups->create(team, soon()));
  }

  static void map(mapping::Rules& rules) {
    rules.group_options.mapping = {{"staff", {rules.group_base.child({"cn", "jira-users"})}}};
  }
  static void make_one(mapping::Rules& rules) {
    map(rules);
    rules.group_options.names =
        mapping::NameRules::compile({{"app-(.*)", "$1"}}, mapping::LetterCase::Keep).value();
    rules.group_options.on_rename = mapping::GroupOptions::OnRename::Follow;
  }
  void expect_nobody() {
    const auto now = today_.groups->find(team_, provision::Members::Load, soon());
    ASSERT_TRUE(now) << now.error().detail;
    EXPECT_FALSE(now->contains("members")) << boost::json::serialize(*now);
    const auto group = directory::read(world_.directory(), today_.rules.group_base.child({"cn", "app-devs"}),
                                       {"member"}, soon());
    ASSERT_TRUE(group && *group);
    EXPECT_FALSE((*group)->attributes.has_value("member", "uid=ann,ou=people,dc=example,dc=org"));
  }

  MemoryWorld world_;
  std::string ann_, team_;
  MemoryConnection today_{world_, "okta", make_one};
};

TEST_F(MadeOne, R1_AMemberIsRemoved) {
  const auto done = today_.groups->patch(team_, patch_message("remove", "members", members_of({ann_})), {},
                                         provision::Members::Leave, soon());
  ASSERT_TRUE(done) << done.error().detail;
  expect_nobody();
}

TEST_F(MadeOne, R1_AMemberIsLeftOut) {
  const auto done = today_.groups->replace(team_, group_message("app-devs"), {}, soon());
  ASSERT_TRUE(done) << done.error().detail;
  expect_nobody();
}

TEST_F(MadeOne, R1_AMemberIsStillNotAdded) {
  const auto bob = created(today_.users->create(user_message("bob"), soon()));
  const auto done = today_.groups->patch(team_, patch_message("add", "members", members_of({bob})), {},
                                         provision::Members::Leave, soon());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::Uniqueness) << done.error().detail;
}

TEST(RemovalProperty, R1_WhoIsToLoseAccessLosesItWhateverElseIsRefused) {
  constexpr int walks = test::steps(40, 4);
  constexpr int steps = 250;
  const auto first = seed_of_walks();
  const QuietLog quiet;
  std::cout << "seed " << first << '\n';
  int removals = 0;
  for (unsigned i = 0; i < walks; ++i) {
    MemoryWorld world;
    StrictDirectory directory(world.directory());
    RemovalWalk walk(directory, first + i);
    ASSERT_EQ(walk.run(steps), "") << "seed " << first + i;
    removals += walk.removals();
  }
  EXPECT_GT(removals, walks * steps / 10);
}

}  // namespace
}  // namespace dirbridge::test
