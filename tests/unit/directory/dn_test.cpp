#include "directory/dn.hpp"

#include <gtest/gtest.h>

#include "support/dn.hpp"

namespace dirbridge::directory {
namespace {

using test::dn;

TEST(Dn, EscapesOutsideText) {
  const auto base = dn("ou=people,dc=example,dc=org");
  EXPECT_EQ(base.child({"uid", "a,b+c\"d\\e<f>g;h=i"}).str(),
            "uid=a\\2Cb\\2Bc\\22d\\5Ce\\3Cf\\3Eg\\3Bh\\3Di,ou=people,dc=example,dc=org");
  EXPECT_EQ(base.child({"uid", "#lead"}).str(), "uid=\\23lead,ou=people,dc=example,dc=org");
  EXPECT_EQ(base.child({"uid", " edge "}).str(), "uid=\\20edge\\20,ou=people,dc=example,dc=org");
  EXPECT_EQ(base.child({"uid", "x,ou=admins"}).parent(), base);
  EXPECT_EQ(base.child({"uid", "a,b"}).rdn().value(), "a,b");
}

TEST(Dn, ComparesAsTheDirectoryDoes) {
  EXPECT_EQ(dn("UID=Bob, OU=People ,dc=example"), dn("uid=bob,ou=people,dc=example"));
  EXPECT_EQ(dn("cn=a\\,b,dc=x"), dn("cn=a\\2Cb,dc=x"));
  EXPECT_EQ(dn("cn=a  b,dc=x"), dn("cn=a b,dc=x"));
  EXPECT_EQ(dn("cn=a+uid=b,dc=x"), dn("uid=b+cn=a,dc=x"));
  EXPECT_FALSE(dn("cn=a,dc=x") == dn("cn=b,dc=x"));
}

// Most names need no parsing to be compared; what is written in another way needs it.
TEST(Dn, ComparesNamesThatAreSpelledPlainlyAsOthers) {
  for (const auto* value : {"ann", "Ann Lee", "a.b@x.org", "a_b-c'd(e)", "a b c", "1!$%&/?*~"}) {
    for (const auto* type : {"uid", "CN", "2.5.4.3", "x-y"}) {
      const auto text = std::string(type) + "=" + value + ",ou=People,dc=Example";
      const auto plain = dn(text);
      const auto blanks = dn(std::string(type) + " = " + value + " , ou=People, dc=Example");
      const auto escaped = dn(std::string(type) + "=" + value + ",ou=\\50eople,dc=Example");
      for (const auto& other : {blanks, escaped}) {
        EXPECT_EQ(plain.normalized(), other.normalized()) << text;
        EXPECT_EQ(plain, other);
        EXPECT_TRUE(plain.is_within(other.parent()));
        EXPECT_TRUE(other.is_within(plain.parent()));
      }
      EXPECT_TRUE(plain.is_within(dn("OU=people,dc=example")));
      EXPECT_FALSE(plain.is_within(dn("u=people,dc=example")));
      EXPECT_FALSE(plain.is_within(dn("ou=people,dc=exampl")));
      EXPECT_FALSE(plain.is_within(dn("x=y," + text)));
      EXPECT_EQ(plain.rdn().value(), value);
    }
  }
  EXPECT_EQ(dn("cn=,dc=x").normalized(), "cn=,dc=x");
  EXPECT_EQ(dn("cn=a=b,dc=x"), dn("cn=a\\3Db,dc=x"));
  EXPECT_EQ(dn("cn=a;dc=x"), dn("cn=a,dc=x"));
}

TEST(Dn, KeepsABlankThatIsEscaped) {
  EXPECT_EQ(dn("cn=a\\ ").rdn().value(), "a ");
  EXPECT_EQ(dn("ou=x, cn=a\\ ").parent().rdn().value(), "a ");
}

TEST(Dn, KnowsWhatIsBelow) {
  const auto base = dn("ou=people,dc=example");
  EXPECT_TRUE(dn("uid=a,OU=People,dc=example").is_within(base));
  EXPECT_TRUE(base.is_within(base));
  EXPECT_FALSE(dn("uid=a,ou=otherpeople,dc=example").is_within(base));
  EXPECT_FALSE(dn("dc=example").is_within(base));
  EXPECT_TRUE(base.is_within(Dn()));
}

TEST(Dn, WalksUp) {
  EXPECT_EQ(dn("cn=a\\,b,ou=x,dc=y").parent().str(), "ou=x,dc=y");
  EXPECT_TRUE(dn("dc=y").parent().empty());
  EXPECT_TRUE(Dn().parent().empty());
}

TEST(Dn, C5_WhatIsBuiltMayBeLongerThanWhatIsTakenFromOutside) {
  const std::string value(9000, 'a');
  const auto built = dn("dc=y").child({"uid", value});
  EXPECT_EQ(built.rdn().value(), value);
  EXPECT_EQ(built.parent().str(), "dc=y");
  EXPECT_TRUE(built.is_within(dn("dc=y")));
  EXPECT_FALSE(Dn::parse(built.str()));
}

class BadDn : public testing::TestWithParam<const char*> {};
TEST_P(BadDn, IsRefused) {
  const auto parsed = Dn::parse(GetParam());
  ASSERT_FALSE(parsed) << GetParam();
  EXPECT_EQ(parsed.error().kind, ErrorKind::InvalidValue);
}
INSTANTIATE_TEST_SUITE_P(Table, BadDn,
                         testing::Values("nonsense", "=x", "cn", "cn=a,,dc=x", "cn=a,", "cn=a\\", "cn=a\\zz",
                                         "cn=\"a\"", "cn=a<b", "cn=\\ff", "c n=a", "cn=a\\00b",
                                         "cn=#04024869"));

}  // namespace
}  // namespace dirbridge::directory
