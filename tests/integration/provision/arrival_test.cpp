// Arrivals that fail half-way, and default groups that change between arrivals.
#include "between.hpp"
#include "group_option_fixture.hpp"

namespace dirbridge::test {
namespace {

using mapping::DefaultGroups;
using mapping::GroupOptions;
using testing::ElementsAre;
using testing::IsEmpty;

class ArrivalTest : public GroupOption {
 protected:
  Adjust defaults(DefaultGroups::For whom, const std::string& name) {
    return [this, whom, name](GroupOptions& o) { o.defaults = {whom, {group(name)}}; };
  }
  static json::value ann() {
    return json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)"
                       R"("userName":"Ann@example.org","externalId":"e-1"})");
  }
};

TEST_F(ArrivalTest, ARetryUnderNameRulesCompletesWhatTheFirstTryLeftUndone) {
  connect_with([&](mapping::Rules& rules) {
    rules.user_options.name_rules =
        mapping::NameRules::compile({{"(.*)@.*", "$1"}}, mapping::LetterCase::Lower).value();
    rules.group_options.defaults = {DefaultGroups::For::New, {group("jira-users")}};
  });
  const auto devs = add_group("devs", {"e-1"});
  WatchedConnection broken(at());
  broken.directory.before = [&](const directory::Change& change) -> Result<> {
    if (directory::target(change).str() == user_dn("ann")) return {};
    return error(ErrorKind::Unavailable, "the directory is away");
  };
  ASSERT_EQ(broken.users->create(ann(), soon()).error().kind, ErrorKind::Unavailable);
  ASSERT_THAT(people_in("devs"), IsEmpty());
  const auto again = at().users->create(ann(), soon());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::Uniqueness) << "as without name rules: the name is taken";
  EXPECT_THAT(people_in("devs"), ElementsAre("ann"));
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_EQ(members(devs).size(), 1U);
  EXPECT_FALSE(converge());
}

TEST_F(ArrivalTest, WhoArrivesBeforeNewDefaultGroupsAreAppliedGetsThemAndTheOthersKeepTheirs) {
  connect(defaults(DefaultGroups::For::New, "jira-users"));
  add_user("ann");
  make_by_hand("confluence-users", {"byhand"});
  connect(defaults(DefaultGroups::For::New, "confluence-users"));
  add_user("ben");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann"));
  EXPECT_THAT(people_in("confluence-users"), ElementsAre("ben", "byhand"));
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
  EXPECT_THAT(people_in("confluence-users"), ElementsAre("ann", "ben", "byhand"));
  EXPECT_EQ(records("(dirbridgeKind=default)"), 1U);
  EXPECT_FALSE(converge());
}

TEST_F(ArrivalTest, DefaultGroupsThatChangedAndThenEndedAreAllTakenBack) {
  connect(defaults(DefaultGroups::For::New, "jira-users"));
  add_user("ann");
  connect([this](GroupOptions& o) {
    o.defaults = {DefaultGroups::For::New, {group("jira-users"), group("confluence-users")}};
  });
  add_user("ben");
  EXPECT_THAT(people_in("confluence-users"), ElementsAre("ben")) << "ann was there before the rule";
  connect(defaults(DefaultGroups::For::New, "bitbucket-users"));
  add_user("eve");
  EXPECT_THAT(people_in("jira-users"), ElementsAre("ann", "ben"));
  connect([this](GroupOptions& o) { o.mapping = {{"Staff", {group("jira-users")}}}; });
  EXPECT_TRUE(converge());
  for (const auto* name : {"jira-users", "confluence-users", "bitbucket-users"})
    EXPECT_THAT(people_in(name), IsEmpty()) << name;
  EXPECT_EQ(records("(dirbridgeKind=default)"), 0U);
  EXPECT_FALSE(converge());
}

TEST_F(ArrivalTest, WhoWasGivenDefaultGroupsAsExistingKeepsThatWhenTheyChange) {
  connect([](GroupOptions&) {});
  add_user("old");
  connect(defaults(DefaultGroups::For::Existing, "jira-users"));
  EXPECT_TRUE(converge());
  add_user("ann");
  connect(defaults(DefaultGroups::For::Existing, "confluence-users"));
  EXPECT_TRUE(converge());
  EXPECT_THAT(people_in("jira-users"), IsEmpty());
  EXPECT_THAT(people_in("confluence-users"), ElementsAre("old")) << "ann came after the rule was applied";
  EXPECT_FALSE(converge());
}

}  // namespace
}  // namespace dirbridge::test
