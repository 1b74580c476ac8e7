#include "http/uri.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dirbridge::http {
namespace {

using testing::ElementsAre;
using testing::Pair;
using Segments = std::vector<std::string>;
using Query = std::vector<std::pair<std::string, std::string>>;

struct Accepted {
  std::string text;
  Segments segments;
  Query query;
};

class AcceptedTarget : public testing::TestWithParam<Accepted> {};

TEST_P(AcceptedTarget, IsSplitThenDecoded) {
  const auto target = parse_target(GetParam().text);
  ASSERT_TRUE(target) << target.error().detail;
  EXPECT_EQ(target->segments, GetParam().segments);
  EXPECT_EQ(target->query, GetParam().query);
}

INSTANTIATE_TEST_SUITE_P(
    Uri, AcceptedTarget,
    testing::Values(
        Accepted{"/", {}, {}}, Accepted{"/Users", {"Users"}, {}},
        Accepted{"//v2///Users//", {"v2", "Users"}, {}}, Accepted{"/Users/a%2Fb", {"Users", "a/b"}, {}},
        Accepted{"/Users/a%2fb%3F%26", {"Users", "a/b?&"}, {}}, Accepted{"/Users/a+b", {"Users", "a+b"}, {}},
        Accepted{"/Users/a%2Bb%20c", {"Users", "a+b c"}, {}},
        Accepted{"/Users/%C3%A9", {"Users", "\xC3\xA9"}, {}},
        Accepted{"/Users/\xC3\xA9", {"Users", "\xC3\xA9"}, {}},
        Accepted{"/Users/%252e", {"Users", "%2e"}, {}}, Accepted{"/Users/...", {"Users", "..."}, {}},
        Accepted{"/Users/.a", {"Users", ".a"}, {}}, Accepted{"/Users?", {"Users"}, {}},
        Accepted{"/Users/?filter=", {"Users"}, {{"filter", ""}}},
        Accepted{"/Users?filter=userName+eq+%22a%2Bb%22", {"Users"}, {{"filter", "userName eq \"a+b\""}}},
        Accepted{"/Users?filter=emails[type+eq+\"work\"].value",
                 {"Users"},
                 {{"filter", "emails[type eq \"work\"].value"}}},
        Accepted{"/Users?filter=a%20eq%20%22b%26c%3Dd%22&count=1",
                 {"Users"},
                 {{"filter", "a eq \"b&c=d\""}, {"count", "1"}}},
        Accepted{"/Users?a=b=c", {"Users"}, {{"a", "b=c"}}},
        Accepted{"/Users?a&&b=", {"Users"}, {{"a", ""}, {"b", ""}}},
        Accepted{"/Users?a=/../?x", {"Users"}, {{"a", "/../?x"}}},
        Accepted{"/Users?%73tartIndex=2", {"Users"}, {{"startIndex", "2"}}}));

class RefusedTarget : public testing::TestWithParam<std::string> {};

TEST_P(RefusedTarget, IsASyntaxError) {
  const auto target = parse_target(GetParam());
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().kind, ErrorKind::InvalidSyntax);
  EXPECT_FALSE(target.error().detail.empty());
}

INSTANTIATE_TEST_SUITE_P(Uri, RefusedTarget,
                         testing::Values("", "Users", "*", "http://host/", "?a=b", "/Users#x", "/Users x",
                                         "/%", "/%4", "/%zz", "/a%4g", "/%00", std::string("/a\0b", 4),
                                         "/a%0d%0ab", "/a%7f", "/a\tb", "/?a=%00", "/?a=%0A", "/?a=%",
                                         "/?%=a", "/?a=%e9", "/%C0%AF", "/%ED%A0%80", "/\xE9", "/.", "/..",
                                         "/a/../b", "/a/%2e%2e/b", "/%2E", "/a/.%2e", "/a\\b", "/a\"b",
                                         "/a<b>", "/a|b"));

TEST(Uri, LengthIsBounded) {
  EXPECT_TRUE(parse_target("/" + std::string(8 * 1024 - 1, 'a')));
  const auto longer = parse_target("/" + std::string(8 * 1024, 'a'));
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().kind, ErrorKind::TooLarge);
}

TEST(Uri, ParameterNamesCompareWithoutCaseAndTheFirstWins) {
  const auto target = parse_target("/Users?startindex=0&startIndex=5");
  ASSERT_TRUE(target);
  ASSERT_NE(target->parameter("startIndex"), nullptr);
  EXPECT_EQ(*target->parameter("startIndex"), "0");
  EXPECT_EQ(target->parameter("count"), nullptr);
}

TEST(Uri, EncodesEverythingButUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a/b c+\xC3\xA9%"), "a%2Fb%20c%2B%C3%A9%25");
}

TEST(Uri, EncodedSegmentComesBack) {
  const std::string segment = "a/b?c#d[e] \"+%25\xC3\xA9";
  const auto target = parse_target("/x/" + percent_encode(segment));
  ASSERT_TRUE(target);
  EXPECT_THAT(target->segments, ElementsAre("x", segment));
}

}  // namespace
}  // namespace dirbridge::http
