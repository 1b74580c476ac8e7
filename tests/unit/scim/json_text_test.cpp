#include "scim/json_text.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace dirbridge::scim {
namespace {

constexpr JsonLimits limits{1000, 8};

struct BadText {
  const char* name;
  std::string text;
  ErrorKind kind;
};

class ParseBodyRefuses : public testing::TestWithParam<BadText> {};

TEST_P(ParseBodyRefuses, Text) {
  const auto result = parse_body(GetParam().text, limits);
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().kind, GetParam().kind);
  EXPECT_FALSE(result.error().detail.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, ParseBodyRefuses,
    testing::Values(BadText{"Empty", "", ErrorKind::InvalidSyntax},
                    BadText{"Blank", "  ", ErrorKind::InvalidSyntax},
                    BadText{"Cut", R"({"a":)", ErrorKind::InvalidSyntax},
                    BadText{"Trailing", "{} x", ErrorKind::InvalidSyntax},
                    BadText{"SecondValue", "{}{}", ErrorKind::InvalidSyntax},
                    BadText{"DuplicateKey", R"({"a":1,"b":{"c":1,"c":2}})", ErrorKind::InvalidSyntax},
                    BadText{"TooDeep", std::string(9, '[') + std::string(9, ']'), ErrorKind::InvalidSyntax},
                    BadText{"NulInText", R"({"a":"x\u0000y"})", ErrorKind::InvalidSyntax},
                    BadText{"NulInName", R"({"a\u0000":1})", ErrorKind::InvalidSyntax},
                    BadText{"BadUtf8", "{\"a\":\"\xC3(\"}", ErrorKind::InvalidSyntax},
                    BadText{"LoneSurrogate", R"({"a":"\ud800"})", ErrorKind::InvalidSyntax},
                    BadText{"NotANumber", R"({"a":NaN})", ErrorKind::InvalidSyntax},
                    BadText{"HugeNumber", R"({"a":1e999})", ErrorKind::InvalidSyntax},
                    BadText{"Comment", "{} // x", ErrorKind::InvalidSyntax},
                    BadText{"TooLarge", std::string(1001, ' '), ErrorKind::TooLarge}),
    [](const auto& test) { return test.param.name; });

TEST(ParseBody, SaysWhereAndWhy) {
  const auto result = parse_body(R"({"userName":"a","userName":"b"})", limits);
  ASSERT_TRUE(result.has_error());
  EXPECT_NE(result.error().detail.find("\"userName\" is there twice"), std::string::npos)
      << result.error().detail;
}

TEST(ParseBody, KeysThatDifferInCaseAreNotDuplicates) {
  EXPECT_TRUE(parse_body(R"({"a":1,"A":2})", limits).has_value());
}

TEST(ParseBody, DepthAtTheLimitIsFine) {
  EXPECT_TRUE(parse_body(std::string(8, '[') + std::string(8, ']'), limits).has_value());
}

TEST(ParseBody, SkipsAByteOrderMark) {
  EXPECT_TRUE(parse_body("\xEF\xBB\xBF{}", limits).has_value());
}

class RoundTrip : public testing::TestWithParam<const char*> {};

TEST_P(RoundTrip, TextStaysAsItIs) {
  const auto value = parse_body(GetParam(), limits);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(scim::serialize(*value), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Texts, RoundTrip,
                         testing::Values("0.1", "0.30000000000000004", "1e+100", "-0.5",
                                         "9223372036854775807", "18446744073709551615",
                                         "-9223372036854775808", "\"\"", "{}", "[]", "null",
                                         "[true,false,null]", R"({"a":[{"b":{}},[]],"c":"d"})",
                                         R"("\" \\ \n \r \t \u0001 é €")", R"(["ab\"cd","\\"])"));

TEST(ParseBody, ManyKeysAndLongTextsAreLinear) {
  std::string text = "{";
  for (int i = 0; i < 200000; ++i) text += "\"key" + std::to_string(i) + "\":1,";
  text += "\"long\":\"" + std::string(1000000, 'x') + "\"}";
  const auto value = parse_body(text, {text.size(), 8});
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->as_object().size(), 200001u);
}

}  // namespace
}  // namespace dirbridge::scim
