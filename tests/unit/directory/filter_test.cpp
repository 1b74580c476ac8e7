#include "directory/filter.hpp"

#include <gtest/gtest.h>

namespace dirbridge::directory {
namespace {

TEST(Filter, EscapesAssertionValues) {
  EXPECT_EQ(Filter::equal("uid", "*").str(), "(uid=\\2a)");
  EXPECT_EQ(Filter::equal("uid", "a)(objectClass=*").str(), "(uid=a\\29\\28objectClass=\\2a)");
  EXPECT_EQ(Filter::equal("uid", std::string_view("a\0b", 3)).str(), "(uid=a\\00b)");
  EXPECT_EQ(Filter::contains("cn", "a*\\").str(), "(cn=*a\\2a\\5c*)");
}

TEST(Filter, Combines) {
  const auto a = Filter::equal("a", "1");
  const auto b = Filter::present("b");
  EXPECT_EQ(Filter::all_of({a, b}).str(), "(&(a=1)(b=*))");
  EXPECT_EQ(Filter::any_of({a}).str(), "(a=1)");
  EXPECT_EQ(Filter::any_of({}).str(), "(!(objectClass=*))");
  EXPECT_EQ(Filter::negation(Filter::any_of({a, b})).str(), "(!(|(a=1)(b=*)))");
}

TEST(Filter, ParsesWhatAdministratorsWrite) {
  EXPECT_TRUE(Filter::parse("(objectClass=inetOrgPerson)"));
  EXPECT_TRUE(Filter::parse(" (&(objectClass=inetOrgPerson)(!(dirbridgeActive=FALSE))) "));
  EXPECT_TRUE(Filter::parse("(userAccountControl:1.2.840.113556.1.4.803:=2)"));
  EXPECT_TRUE(Filter::parse("(cn=a\\28b*)"));
}

class BadFilter : public testing::TestWithParam<std::string> {};
TEST_P(BadFilter, IsRefused) {
  EXPECT_FALSE(Filter::parse(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(Table, BadFilter,
                         testing::Values("", "uid=a", "(uid=a", "(uid=a))", "(&(a=b)", "(=b)", "(a b=c)",
                                         "(!(a=b)(c=d))", "((a=b))", std::string(1000, '(')));

}  // namespace
}  // namespace dirbridge::directory
