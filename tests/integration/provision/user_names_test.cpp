// R2 for users on a real server, as on the twin in memory (unit/provision/user_names_test.cpp).
#include "connection_fixture.hpp"
#include "support/quiet_log.hpp"
#include "support/sanitizer.hpp"
#include "support/user_names_play.hpp"

namespace dirbridge::test {
namespace {

TEST(UserNamesOnSlapd, R2_NoLoginIsTwiceInWhatTheProductsRead) {
  constexpr unsigned plays = steps(3, 1);
  const QuietLog quiet;
  std::size_t made = 0;
  for (unsigned seed = 1; seed <= plays; ++seed) {
    std::cout << "seed " << seed << '\n';
    const auto server = start_slapd(fast_slapd_options());
    TestConnection connection(*server, "okta");
    ldap::Pool administrator(as_administrator(*server));
    UserNamesPlay play(administrator, connection.pool, connection.rules, seed);
    for (int i = 0; i < 150; ++i) {
      const auto wrong = play.step();
      ASSERT_TRUE(wrong.empty()) << "seed " << seed << ", step " << i << ": " << wrong;
    }
    made += play.made();
  }
  EXPECT_GT(made, 10U);
}

}  // namespace
}  // namespace dirbridge::test
