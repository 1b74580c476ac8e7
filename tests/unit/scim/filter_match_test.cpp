#include "scim/filter.hpp"
#include "vectors.hpp"

namespace dirbridge::scim {
namespace {

const json::object& user_to_match() {
  static const json::object resource = parse_json(R"({
    "schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],
    "id":"2819c223","externalId":"Ext-1","userName":"BJensen","active":true,"title":"Straße",
    "name":{"givenName":"Barbara","familyName":"ÉCOLE"},"nickName":"*",
    "emails":[{"value":"bj@work.example","type":"work","primary":true},{"value":"babs@home.example","type":"home"}],
    "roles":[{"value":"admin","primary":true},{"value":"dev"}],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Tours","manager":{"value":"Mgr"}},
    "meta":{"resourceType":"User","lastModified":"2011-05-13T04:42:34Z"}})")
                                           .as_object();
  return resource;
}

struct MatchCase {
  const char* filter;
  bool expected;
};

class FilterMatch : public testing::TestWithParam<MatchCase> {};

TEST_P(FilterMatch, Sample) {
  const auto filter = parse_filter(GetParam().filter, user_type());
  ASSERT_TRUE(filter.has_value()) << filter.error().detail;
  EXPECT_EQ(matches(*filter, user_to_match()), GetParam().expected) << GetParam().filter;
}

INSTANTIATE_TEST_SUITE_P(
    Strings, FilterMatch,
    testing::Values(MatchCase{"userName eq \"bjensen\"", true},
                    MatchCase{"userName eq \"bjense\"", false},  // T46
                    MatchCase{"externalId eq \"Ext-1\"", true}, MatchCase{"externalId eq \"ext-1\"", false},
                    MatchCase{"id eq \"2819c223\"", true}, MatchCase{"userName co \"JEN\"", true},
                    MatchCase{"userName co \"\"", true}, MatchCase{"userName sw \"bj\"", true},
                    MatchCase{"userName ew \"SEN\"", true}, MatchCase{"userName ew \"bjensenx\"", false},
                    MatchCase{"userName gt \"BA\"", true}, MatchCase{"userName lt \"ba\"", false},
                    MatchCase{"userName ge \"bjensen\"", true}, MatchCase{"userName le \"BJENSEN\"", true},
                    MatchCase{"title eq \"STRASSE\"", false}, MatchCase{"title eq \"STRAßE\"", true},
                    MatchCase{"name.familyName eq \"\\u00e9cole\"", true},
                    MatchCase{"name.familyName co \"COL\"", true},
                    MatchCase{"nickName eq \"*\"", true},  // T49
                    MatchCase{"userName eq \"*\"", false}, MatchCase{"userName co \"*\"", false}));

INSTANTIATE_TEST_SUITE_P(
    Logic, FilterMatch,
    testing::Values(MatchCase{"(userName eq \"x\" or title pr) and active eq true", true},  // T41
                    MatchCase{"userName eq \"x\" or title pr and active eq false", false},
                    MatchCase{"not (userName eq \"x\")", true}, MatchCase{"not (title pr)", false},
                    MatchCase{"userName Eq \"bjensen\" AND NOT (profileUrl PR)", true}));

INSTANTIATE_TEST_SUITE_P(
    Lists, FilterMatch,
    testing::Values(MatchCase{"emails co \"home.example\"", true},
                    MatchCase{"emails[type eq \"work\" and value co \"home\"]", false},
                    MatchCase{"emails.type eq \"work\" and emails.value co \"home\"", true},
                    MatchCase{"emails[type eq \"work\"].value eq \"BJ@work.example\"", true},  // T52
                    MatchCase{"emails[type eq \"home\"].value eq \"bj@work.example\"", false},
                    MatchCase{"emails[not (type eq \"work\")]", true},
                    MatchCase{"emails[type eq \"work\" or type eq \"other\"]", true},
                    MatchCase{"roles[primary eq \"True\"].value eq \"admin\"", true},  // T22
                    MatchCase{"roles[primary eq \"True\"].value eq \"dev\"", false},
                    MatchCase{"emails.value ne \"bj@work.example\"", true}, MatchCase{"emails pr", true},
                    MatchCase{"emails.display pr", false}, MatchCase{"phoneNumbers pr", false},
                    MatchCase{"phoneNumbers[type eq \"work\"]", false},
                    MatchCase{"schemas eq \"urn:ietf:params:scim:schemas:core:2.0:User\"", true}));

INSTANTIATE_TEST_SUITE_P(
    Types, FilterMatch,
    testing::Values(MatchCase{"active eq true", true}, MatchCase{"active eq \"True\"", true},
                    MatchCase{"active ne true", false}, MatchCase{"active eq FALSE", false},
                    MatchCase{"meta.lastModified eq \"2011-05-12T21:42:34-07:00\"", true},
                    MatchCase{"meta.lastModified gt \"2011-05-13T04:42:33.9999999Z\"", true},
                    MatchCase{"meta.lastModified le \"2011-05-13T04:42:33Z\"", false},
                    MatchCase{"meta.lastModified sw \"2011-05\"", true},
                    MatchCase{"meta.location eq \"https://h/v2/Users/2819c223\"", true},
                    MatchCase{"meta.location eq \"https://h/v2/Users/2819\"", false},
                    MatchCase{"not (meta.location pr)", false},
                    MatchCase{"meta.resourceType eq \"User\"", true},
                    MatchCase{"meta.created gt \"2011-05-13T04:42:33Z\"", false},
                    MatchCase{"department eq \"tours\"", true}, MatchCase{"manager eq \"Mgr\"", true},
                    MatchCase{"manager eq \"mgr\"", false},
                    MatchCase{"id eq \"2819c223\" and manager eq \"Mgr\"", true}));

INSTANTIATE_TEST_SUITE_P(
    NoValue, FilterMatch,
    testing::Values(MatchCase{"userType eq null", true}, MatchCase{"userType ne null", false},
                    MatchCase{"userType eq \"\"", true}, MatchCase{"title eq null", false},
                    MatchCase{"title ne null", true}, MatchCase{"userType ne \"x\"", true},
                    MatchCase{"userType eq \"x\"", false}, MatchCase{"userType pr", false},
                    MatchCase{"name.middleName ne \"x\"", true}, MatchCase{"phoneNumbers ne \"x\"", true},
                    MatchCase{"not (userType gt \"a\")", true}));

TEST(FilterTrap, T47_NumbersAndTextsAreComparedByTheAttributesType) {
  const auto schema = read_schema(parse_json(
      R"({"id":"urn:example:N","name":"N","attributes":[{"name":"n","type":"integer"},{"name":"d","type":"decimal"},
          {"name":"s","type":"string","caseExact":true},{"name":"tags","type":"string","multiValued":true}]})"));
  const auto catalog = make_catalog({*schema}, {}).value();
  const auto resource =
      parse_json(R"({"urn:example:N":{"n":5,"d":0.5,"s":"5","tags":["a","B"]}})").as_object();
  const auto holds = [&](const char* text) {
    const auto filter = parse_filter(text, catalog.user);
    EXPECT_TRUE(filter.has_value()) << text;
    return matches(*filter, resource);
  };
  EXPECT_TRUE(holds("urn:example:N:n eq 5"));
  EXPECT_TRUE(holds("urn:example:N:n eq 5.0"));
  EXPECT_FALSE(holds("urn:example:N:n gt 5"));
  EXPECT_TRUE(holds("urn:example:N:n lt 5.5"));
  EXPECT_TRUE(holds("urn:example:N:d ge 0.5"));
  EXPECT_TRUE(holds("urn:example:N:s eq \"5\""));
  EXPECT_FALSE(holds("urn:example:N:s eq 5.0"));
  EXPECT_TRUE(holds("urn:example:N:tags eq \"b\""));
  EXPECT_TRUE(holds("urn:example:N:tags[value sw \"A\"]"));
  EXPECT_EQ(parse_filter("urn:example:N:n eq \"5\"", catalog.user).error().kind, ErrorKind::InvalidFilter);
  EXPECT_EQ(parse_filter("urn:example:N:n co 5", catalog.user).error().kind, ErrorKind::InvalidFilter);
}

TEST(FilterMatch, GroupMembers) {
  const auto group =
      parse_json(R"({"displayName":"g","members":[{"value":"a1"},{"value":"b2"}]})").as_object();
  EXPECT_TRUE(matches(*parse_filter("members eq \"a1\"", group_type()), group));
  EXPECT_TRUE(matches(*parse_filter("members.value eq \"b2\"", group_type()), group));
  EXPECT_FALSE(matches(*parse_filter("members.value eq \"B2\"", group_type()), group))
      << "ids are case-exact";
  EXPECT_TRUE(matches(*parse_filter("members.$ref eq \"https://h/v2/Users/a1\"", group_type()), group));
  EXPECT_TRUE(matches(*parse_filter("members[$ref eq \"Users/b2\"]", group_type()), group));
  EXPECT_FALSE(matches(*parse_filter("members.$ref eq \"https://h/v2/Users/c3\"", group_type()), group));
  EXPECT_FALSE(matches(*parse_filter("members[value eq \"c3\"]", group_type()), group));
}

}  // namespace
}  // namespace dirbridge::scim
