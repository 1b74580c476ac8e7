#include "scim/sort.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <boost/json/parse.hpp>

#include "scim/catalog.hpp"

namespace dirbridge::scim {
namespace {

const ResourceType& user() {
  return standard_catalog().user;
}

std::string key(const char* by, const char* resource) {
  return sort_key(parse_sort(user(), by).value(), json::parse(resource).as_object());
}

// Each list is in ascending order.
struct Ordered {
  const char* by;
  std::vector<const char*> resources;
};

class Order : public testing::TestWithParam<Ordered> {};
TEST_P(Order, IsThatOfTheKeys) {
  std::vector<std::string> keys;
  for (const auto* resource : GetParam().resources) keys.push_back(key(GetParam().by, resource));
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end())) << GetParam().by;
  EXPECT_EQ(std::adjacent_find(keys.begin(), keys.end()), keys.end()) << "all are different";
}

INSTANTIATE_TEST_SUITE_P(
    Table, Order,
    testing::Values(
        Ordered{"userName",
                {R"({"userName":"Anna"})", R"({"userName":"ben"})", R"({"userName":"Zoe"})", "{}"}},
        Ordered{"externalId", {R"({"externalId":"Zoe"})", R"({"externalId":"anna"})", "{}"}},
        Ordered{"active", {R"({"active":false})", R"({"active":true})", "{}"}},
        Ordered{"meta.created",
                {R"({"meta":{"created":"1969-12-31T23:59:59.5Z"}})",
                 R"({"meta":{"created":"2024-01-01T01:00:00+02:00"}})",
                 R"({"meta":{"created":"2023-12-31T23:30:00Z"}})",
                 R"({"meta":{"created":"2023-12-31T23:30:00.25Z"}})", "{}"}},
        Ordered{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
                {R"({"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"a"}})",
                 R"({"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"B"}})",
                 R"({"department":"0"})"}},
        Ordered{"emails",
                {R"({"emails":[{"value":"z"},{"value":"a","primary":true}]})",
                 R"({"emails":[{"value":"b"},{"value":"a"}]})", R"({"emails":[{"type":"work"}]})"}},
        Ordered{"Emails.Type",
                {R"({"emails":[{"type":"home","value":"z"}]})", R"({"emails":[{"type":"work","value":"a"}]})",
                 "{}"}},
        Ordered{
            "manager",
            {R"({"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"1"}}})",
             "{}"}},
        Ordered{"urn:ietf:params:scim:schemas:core:2.0:User:name.familyName",
                {R"({"name":{"familyName":"Ábel"}})", R"({"name":{"familyName":"ábelb"}})",
                 R"({"name":{"givenName":"a"}})"}}));

TEST(SortKey, CaseCountsAsTheSchemaSays) {
  EXPECT_EQ(key("userName", R"({"userName":"ANNA"})"), key("userName", R"({"userName":"anna"})"));
  EXPECT_NE(key("externalId", R"({"externalId":"A"})"), key("externalId", R"({"externalId":"a"})"));
}

TEST(SortKey, IsBounded) {
  const auto long_text = "{\"title\":\"" + std::string(5000, 'x') + "\"}";
  EXPECT_LE(key("title", long_text.c_str()).size(), max_sort_key_bytes + 1);
}

TEST(SortKey, NumbersOrderAsNumbers) {
  const auto schema = read_schema(json::parse(R"({"id":"urn:x","name":"X","attributes":[
      {"name":"n","type":"integer"},{"name":"d","type":"decimal"}]})"))
                          .value();
  for (const auto* name : {"n", "d"}) {
    const Sort sort{{nullptr, schema.find(name), nullptr}, false};
    std::vector<std::string> keys;
    for (const json::value& number : std::initializer_list<json::value>{-300, -2, -1, 0, 1, 2, 10, 300})
      keys.push_back(sort_key(sort, {{name, number}}));
    EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end())) << name;
  }
  const Sort decimal{{nullptr, schema.find("d"), nullptr}, false};
  EXPECT_LT(sort_key(decimal, {{"d", -1.5}}), sort_key(decimal, {{"d", -1}}));
  EXPECT_LT(sort_key(decimal, {{"d", 1}}), sort_key(decimal, {{"d", 1.5}}));
  EXPECT_EQ(sort_key(decimal, {{"d", 0.0}}), sort_key(decimal, {{"d", -0.0}}));
}

TEST(ParseSort, RefusesWhatHasNoOrder) {
  for (const auto* by :
       {"", "nope", "name", "name.nope", "urn:none:title", "password", "groups", "groups.display",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "addresses"}) {
    const auto sort = parse_sort(user(), by);
    ASSERT_FALSE(sort) << by;
    EXPECT_EQ(sort.error().kind, ErrorKind::InvalidValue) << by;
    EXPECT_EQ(sort.error().field, "sortBy") << by;
  }
  EXPECT_FALSE(parse_sort(standard_catalog().group, "members"));
  EXPECT_FALSE(parse_sort(standard_catalog().group, "members.$ref"));
}

TEST(ParseSort, LocationsAreInTheOrderOfTheirIds) {
  EXPECT_EQ(to_string(parse_sort(user(), "meta.location").value().by), "id");
}

TEST(ParseSort, ReadsTheDirection) {
  EXPECT_EQ(is_descending("ascending").value(), false);
  EXPECT_EQ(is_descending("DESCENDING").value(), true);
  EXPECT_EQ(is_descending("down").error().field, "sortOrder");
}

TEST(Knowing, AddsTheNamesOfOtherTypes) {
  const auto& catalog = standard_catalog();
  const auto group = knowing(catalog.group, {&catalog.user, &catalog.group});
  EXPECT_TRUE(resolve(group, "userName"));
  EXPECT_TRUE(resolve(group, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"));
  EXPECT_TRUE(resolve(group, "members.value"));
  EXPECT_FALSE(resolve(group, "nope"));
  EXPECT_EQ(group.name, "Group");
}

}  // namespace
}  // namespace dirbridge::scim
