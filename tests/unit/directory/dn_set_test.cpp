#include "directory/dn_set.hpp"

#include <gmock/gmock.h>

namespace dirbridge::directory {
namespace {

using testing::ElementsAre;

TEST(DnSet, HasEachDnOnceInTheSpellingThatCameFirst) {
  DnSet set;
  EXPECT_TRUE(set.empty());
  EXPECT_FALSE(set.contains("uid=ann,ou=people"));
  EXPECT_TRUE(set.insert("uid=Ann,ou=people"));
  EXPECT_FALSE(set.insert("UID=ann, OU=People"));
  EXPECT_TRUE(set.insert("uid=ben,ou=people"));
  EXPECT_EQ(set.size(), 2U);
  EXPECT_THAT(set.spellings(), ElementsAre("uid=Ann,ou=people", "uid=ben,ou=people"));
}

TEST(DnSet, FindsADnInAnySpelling) {
  const std::vector<std::string> dns{"cn=a\\2Cb,ou=groups"};
  const DnSet set(dns);
  EXPECT_TRUE(set.contains("CN=A\\,B,ou=groups"));
  EXPECT_FALSE(set.contains("cn=a,cn=b,ou=groups"));
}

TEST(DnSet, TextThatIsNoDnIsItself) {
  const std::vector<std::string> dns{"Nobody", "uid=ann"};
  const DnSet set(dns);
  EXPECT_TRUE(set.contains("nobody"));
  EXPECT_FALSE(set.contains("somebody"));
}

}  // namespace
}  // namespace dirbridge::directory
