// R2 for groups on a real server, as on the twin in memory (unit/provision/group_names_test.cpp).
#include "connection_fixture.hpp"
#include "support/group_names_play.hpp"
#include "support/quiet_log.hpp"

namespace dirbridge::test {
namespace {

class GroupNamesOnSlapd : public SlapdFixture {};

TEST_F(GroupNamesOnSlapd, R2_NoNameIsTwiceInWhatTheProductsRead) {
  TestConnection connection(server(), "okta");
  ldap::Pool administrator(as_administrator(server()));
  const QuietLog quiet;
  GroupNamesPlay play(administrator, connection.pool, connection.rules, 7);
  for (int i = 0; i < 250; ++i) {
    const auto wrong = play.step();
    ASSERT_TRUE(wrong.empty()) << "step " << i << ": " << wrong;
  }
  EXPECT_GT(play.made(), 10U);
}

}  // namespace
}  // namespace dirbridge::test
