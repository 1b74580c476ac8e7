#include <gtest/gtest.h>

#include "support/slapd_fixture.hpp"

namespace dirbridge::test {
namespace {

class Lifetime : public SlapdFixture {};

TEST_F(Lifetime, AnswersWhenStarted) {
  const CommandResult found = ldap_search(server(), As::Reader, {"-b", server().suffix(), "(ou=*)", "ou"});
  EXPECT_EQ(found.exit_code, 0) << found.output;
  EXPECT_NE(found.output.find("dn: ou=people,dc=example,dc=org"), std::string::npos) << found.output;
}

}  // namespace
}  // namespace dirbridge::test
