#include "doctor/limits.hpp"

#include <gmock/gmock.h>

#include "support/dn.hpp"

namespace dirbridge::doctor {
namespace {

using test::dn;

std::optional<std::size_t> limit(const std::vector<std::string>& limits, std::string_view fallback = "") {
  return size_limit_of(dn("cn=jira,ou=services,dc=example"), limits, fallback);
}

TEST(CheckLimits, without_a_rule_the_default_holds) {
  EXPECT_EQ(limit({}), 500U);
  EXPECT_EQ(limit({}, "2000"), 2000U);
  EXPECT_EQ(limit({}, "unlimited"), unlimited);
  EXPECT_EQ(limit({}, "size.soft=100 size.hard=unlimited"), 100U);
}

TEST(CheckLimits, soft_and_hard_must_both_be_lifted) {
  EXPECT_EQ(
      limit({R"({0}dn.exact="cn=jira,ou=services,dc=example" size.soft=unlimited size.hard=unlimited)"}),
      unlimited);
  EXPECT_EQ(limit({R"(dn.exact="cn=jira,ou=services,dc=example" size.hard=unlimited)"}), 500U);
  EXPECT_EQ(limit({R"(dn.exact="cn=jira,ou=services,dc=example" size.prtotal=unlimited)"}), 500U);
  EXPECT_EQ(limit({"* size=unlimited"}), unlimited);
  EXPECT_EQ(limit({"* size=unlimited size.hard=1000"}), 1000U);
  EXPECT_EQ(limit({"* size.soft=none size.hard=soft"}), unlimited);
  EXPECT_EQ(limit({"* time=unlimited"}), 500U);
}

TEST(CheckLimits, the_first_rule_that_fits_counts) {
  EXPECT_EQ(limit({R"(dn.exact="cn=other,dc=example" size=unlimited)", "users size=700", "* size=unlimited"}),
            700U);
  EXPECT_EQ(limit({"anonymous size=3", R"(dn.subtree="OU=Services, dc=example" size=unlimited)"}), unlimited);
  EXPECT_EQ(limit({R"(dn.children="cn=jira,ou=services,dc=example" size=1)",
                   R"(dn.onelevel="ou=services,dc=example" size=2)"}),
            2U);
  EXPECT_EQ(size_limit_of(directory::Dn(), {"anonymous size=3"}, ""), 3U);
}

TEST(CheckLimits, says_so_when_a_rule_cannot_be_judged) {
  EXPECT_EQ(limit({R"(group="cn=big,dc=example" size=unlimited)"}), std::nullopt);
  EXPECT_EQ(limit({R"(dn.regex=".*" size=unlimited)"}), std::nullopt);
  EXPECT_EQ(limit({"* size=many"}), std::nullopt);
  EXPECT_EQ(limit({"* size=7", R"(group="cn=big,dc=example" size=unlimited)"}), 7U)
      << "an earlier rule decides";
}

}  // namespace
}  // namespace dirbridge::doctor
