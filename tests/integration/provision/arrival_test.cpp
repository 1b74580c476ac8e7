// Arrivals that fail half-way.
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

}  // namespace
}  // namespace dirbridge::test
