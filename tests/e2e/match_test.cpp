#include "e2e/match.hpp"

#include <gtest/gtest.h>

namespace dirbridge::e2e {
namespace {

bool matches(std::string_view expected, std::string_view actual, Variables variables = {}) {
  return !mismatch(boost::json::parse(expected), boost::json::parse(actual), variables);
}

TEST(Match, ObjectsMayHoldMore) {
  EXPECT_TRUE(matches(R"({"a":1})", R"({"a":1,"b":2})"));
  EXPECT_FALSE(matches(R"({"a":1})", R"({"b":1})"));
  EXPECT_FALSE(matches(R"({"a":{"b":1}})", R"({"a":{"b":2}})"));
}

TEST(Match, ArraysHoldTheSameInAnyOrder) {
  EXPECT_TRUE(matches(R"([1,2])", R"([2,1])"));
  EXPECT_FALSE(matches(R"([1])", R"([1,2])"));
  EXPECT_FALSE(matches(R"([1,1])", R"([1,2])"));
  EXPECT_TRUE(matches(R"([2,"$more"])", R"([1,2,3])"));
  EXPECT_TRUE(matches(R"([])", R"([])"));
}

TEST(Match, Wildcards) {
  EXPECT_TRUE(matches(R"({"a":"$any"})", R"({"a":[]})"));
  EXPECT_FALSE(matches(R"({"a":"$any"})", R"({"a":null})"));
  EXPECT_TRUE(matches(R"({"a":"$absent"})", R"({})"));
  EXPECT_FALSE(matches(R"({"a":"$absent"})", R"({"a":null})"));
}

TEST(Match, CapturesAreUsedLater) {
  Variables variables;
  EXPECT_FALSE(mismatch(boost::json::parse(R"({"id":"$capture:user"})"), boost::json::parse(R"({"id":"7"})"),
                        variables));
  EXPECT_EQ(variables["user"], "7");
  EXPECT_EQ(fill("/Users/${user}", variables), "/Users/7");
  EXPECT_TRUE(matches(R"(["${user}"])", R"(["7"])", variables));
  EXPECT_FALSE(matches(R"(["${user}"])", R"(["8"])", variables));
  EXPECT_THROW(fill("${nobody}", variables), std::runtime_error);
}

TEST(Match, SaysWhere) {
  Variables variables;
  EXPECT_EQ(mismatch(boost::json::parse(R"({"a":{"b":true}})"), boost::json::parse(R"({"a":{"b":"true"}})"),
                     variables),
            "$.a.b is \"true\", wanted true");
}

}  // namespace
}  // namespace dirbridge::e2e
