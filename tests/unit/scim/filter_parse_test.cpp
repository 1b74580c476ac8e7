#include <gmock/gmock.h>

#include "scim/filter.hpp"
#include "vectors.hpp"

namespace dirbridge::scim {
namespace {

using testing::HasSubstr;

struct ParseCase {
  const char* text;
  const char* canonical;
};

class FilterText : public testing::TestWithParam<ParseCase> {};

TEST_P(FilterText, Parses) {
  const auto filter = parse_filter(GetParam().text, user_type());
  ASSERT_TRUE(filter.has_value()) << filter.error().detail;
  EXPECT_EQ(to_string(*filter), GetParam().canonical);
}

TEST_P(FilterText, CanonicalTextMeansTheSame) {
  const auto filter = parse_filter(GetParam().canonical, user_type());
  ASSERT_TRUE(filter.has_value()) << filter.error().detail;
  EXPECT_EQ(to_string(*filter), GetParam().canonical);
}

#define ENTERPRISE "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
INSTANTIATE_TEST_SUITE_P(
    Rfc7644Section3422, FilterText,
    testing::Values(
        ParseCase{"userName eq \"bjensen\"", "userName eq \"bjensen\""},
        ParseCase{"name.familyName co \"O'Malley\"", "name.familyName co \"O'Malley\""},
        ParseCase{"urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"", "userName sw \"J\""},
        ParseCase{"title pr", "title pr"}, ParseCase{"name pr", "name pr"},
        ParseCase{"meta.lastModified gt \"2011-05-13T04:42:34Z\"",
                  "meta.lastModified gt \"2011-05-13T04:42:34Z\""},
        ParseCase{"title pr and userType eq \"Employee\" or id pr",
                  "((title pr and userType eq \"Employee\") or id pr)"},
        ParseCase{"id pr or title pr and userType pr", "(id pr or (title pr and userType pr))"},
        ParseCase{"id pr and title pr and not(userType pr)", "(id pr and title pr and not (userType pr))"},
        ParseCase{"schemas eq \"urn:x\"", "schemas eq \"urn:x\""},
        ParseCase{"schemas[value sw \"urn:\"]", "schemas[value sw \"urn:\"]"},
        ParseCase{"emails co \"x\"", "emails.value co \"x\""},
        ParseCase{"manager eq \"7\"", ENTERPRISE ":manager.value eq \"7\""},
        ParseCase{"meta.location eq \"https://b/scim/okta/v2/Users/7\"", "id eq \"7\""},
        ParseCase{"not (meta.location pr)", "not (id pr)"},
        ParseCase{"groups.$ref ne \"../Groups/7/\"", "groups.value ne \"7\""},
        ParseCase{"groups[$REF pr and type eq \"direct\"]", "groups[(value pr and type eq \"direct\")]"},
        ParseCase{"manager.$ref eq \"../Users/7\"", ENTERPRISE ":manager.$ref eq \"../Users/7\""},
        ParseCase{"emails[type eq \"work\" and value co \"@x\"]",
                  "emails[(type eq \"work\" and value co \"@x\")]"},
        // T41
        ParseCase{"(userName eq \"a\" or title eq \"b\") and active eq true",
                  "((userName eq \"a\" or title eq \"b\") and active eq true)"},
        // T43
        ParseCase{"userName Eq \"x\" AND NOT (title PR)", "(userName eq \"x\" and not (title pr))"},
        // T44
        ParseCase{"USERNAME eq \"x\"", "userName eq \"x\""},
        ParseCase{ENTERPRISE ":department eq \"x\"", ENTERPRISE ":department eq \"x\""},
        ParseCase{ENTERPRISE ".manager.value eq \"x\"", ENTERPRISE ":manager.value eq \"x\""},
        // T40
        ParseCase{"userName eq \"say \\\"hi\\\" \\\\ \\u0078\"", "userName eq \"say \\\"hi\\\" \\\\ x\""},
        // T52
        ParseCase{"emails[type eq \"work\"].value eq \"x\"", "emails[(type eq \"work\" and value eq \"x\")]"},
        ParseCase{"emails[type eq \"work\"].Value pr and active eq True",
                  "(emails[(type eq \"work\" and value pr)] and active eq true)"},
        // lenient literals
        ParseCase{"externalId eq jyoung", "externalId eq \"jyoung\""},
        ParseCase{"externalId eq 4711", "externalId eq \"4711\""},
        ParseCase{"active eq \"False\"", "active eq false"}, ParseCase{"title eq null", "title eq null"},
        ParseCase{"title ne \"\"", "title ne null"}, ParseCase{"userName eq\"x\"", "userName eq \"x\""},
        ParseCase{"\t(( id pr ))\n", "id pr"},
        ParseCase{"userName eq \"and\" and title eq \"or (\"",
                  "(userName eq \"and\" and title eq \"or (\")"}));

struct ErrorCase {
  const char* text;
  const char* because;
};

class FilterErrors : public testing::TestWithParam<ErrorCase> {};

TEST_P(FilterErrors, AreInvalidFilterWithAReason) {
  const auto filter = parse_filter(GetParam().text, user_type());
  ASSERT_TRUE(filter.has_error()) << to_string(*filter);
  EXPECT_EQ(filter.error().kind, ErrorKind::InvalidFilter);
  EXPECT_THAT(filter.error().detail, HasSubstr(GetParam().because));
  EXPECT_THAT(filter.error().detail, HasSubstr("character "));
}

INSTANTIATE_TEST_SUITE_P(
    Rfc7644Section3422, FilterErrors,
    testing::Values(
        ErrorCase{"", "character 1"}, ErrorCase{"   ", "missing"}, ErrorCase{"userName", "operator"},
        ErrorCase{"userName is \"x\"", "is"}, ErrorCase{"userName eq", "value"},
        ErrorCase{"nope eq \"x\"", "nope"}, ErrorCase{"email Co \"x\"", "email"},
        ErrorCase{"name.nope eq \"x\"", "name.nope"}, ErrorCase{"(userName pr", ")"},
        ErrorCase{"userName pr)", "unexpected"}, ErrorCase{"userName pr title pr", "unexpected"},
        ErrorCase{"userName pr and", "missing"}, ErrorCase{"and userName pr", "unknown attribute and"},
        ErrorCase{"userName pr or or title pr", "unknown attribute or"},
        ErrorCase{"not userName pr", "unknown attribute not"}, ErrorCase{"userName eq \"x", "not closed"},
        ErrorCase{"userName eq \"\\x\"", "JSON"}, ErrorCase{"userName eq \"\\u0000\"", "NUL"},
        ErrorCase{"userName eq \"\xff\"", "UTF-8"}, ErrorCase{"userName eq a\x04", "control"},
        ErrorCase{"active gt true", "gt"}, ErrorCase{"active co true", "co"},
        ErrorCase{"active eq maybe", "active"}, ErrorCase{"active eq \"x\"", "boolean"},
        ErrorCase{"name eq \"x\"", "sub-attribute"}, ErrorCase{"addresses co \"x\"", "sub-attribute"},
        ErrorCase{"password eq \"x\"", "password"}, ErrorCase{"x509Certificates.value gt \"x\"", "gt"},
        ErrorCase{"x509Certificates.value sw \"x\"", "sw"},
        ErrorCase{"meta.created gt \"yesterday\"", "dateTime"}, ErrorCase{"title gt null", "null"},
        ErrorCase{"meta.location co \"Users\"", "references"},
        ErrorCase{"groups.$ref sw \"https://\"", "references"},
        ErrorCase{"groups[$ref gt \"a\"]", "references"}, ErrorCase{"meta.location eq \"/\"", "no id"},
        ErrorCase{"meta[location eq \"/Users/7\"]", "brackets"}, ErrorCase{"emails[type eq \"work\"", "]"},
        ErrorCase{"emails[]", "expected an attribute"}, ErrorCase{"emails[nope pr]", "nope"},
        ErrorCase{"userName[value pr]", "userName"}, ErrorCase{"emails[emails[type pr]]", "emails"},
        ErrorCase{"emails[type pr].nope pr", "nope"},
        ErrorCase{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr", "unknown"},
        ErrorCase{"userName eq (\"x\")", "value"}, ErrorCase{"\"userName\" eq \"x\"", "attribute"}));

TEST(FilterTrap, T50_ThousandParenthesesAndTenThousandTermsAreRefused) {
  const std::string deep = std::string(1000, '(') + "id pr" + std::string(1000, ')');
  EXPECT_EQ(parse_filter(deep, user_type()).error().kind, ErrorKind::InvalidFilter);
  std::string nots;
  for (int i = 0; i < 1000; ++i) nots += "not(";
  EXPECT_EQ(parse_filter(nots, user_type()).error().kind, ErrorKind::InvalidFilter);
  std::string many = "id pr";
  for (int i = 0; i < 5000; ++i) many += " or id pr";
  EXPECT_THAT(parse_filter(many, user_type()).error().detail, HasSubstr("1000 terms"));
  const std::string long_text = "userName eq \"" + std::string(max_filter_bytes, 'x') + "\"";
  EXPECT_THAT(parse_filter(long_text, user_type()).error().detail, HasSubstr("longer than"));
}

TEST(FilterLimits, AreWhatTheHeaderSays) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "id pr" + std::string(depth, ')');
  };
  EXPECT_TRUE(parse_filter(nested(max_filter_depth - 1), user_type()).has_value());
  EXPECT_TRUE(parse_filter(nested(max_filter_depth), user_type()).has_error());
  std::string many = "id pr";
  for (std::size_t i = 1; i < max_filter_terms; ++i) many += " and id pr";
  const auto filter = parse_filter(many, user_type());
  ASSERT_TRUE(filter.has_value());
  EXPECT_EQ(filter->terms.size(), max_filter_terms);
}

TEST(Filter, MentionsTellsWhatMustBeLoaded) {
  const auto& type = group_type();
  EXPECT_TRUE(mentions(*parse_filter("displayName eq \"a\" and not (members eq \"1\")", type), "members"));
  EXPECT_TRUE(mentions(*parse_filter("members[value eq \"1\"]", type), "members"));
  EXPECT_FALSE(mentions(*parse_filter("displayName eq \"members\"", type), "members"));
}

}  // namespace
}  // namespace dirbridge::scim
