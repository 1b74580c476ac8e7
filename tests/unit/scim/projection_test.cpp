#include "scim/projection.hpp"

#include "vectors.hpp"

namespace dirbridge::scim {
namespace {

const json::object& user_to_project() {
  static const json::object resource = parse_json(R"({
    "schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    "id":"1","externalId":"x","userName":"bj","name":{"givenName":"B","familyName":"J"},
    "emails":[{"value":"a@x","type":"work"},{"value":"b@x"}],"password":"must never be seen",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","manager":{"value":"7","displayName":"M"}},
    "meta":{"resourceType":"User","version":"W/1"}})")
                                           .as_object();
  return resource;
}

struct ProjectionCase {
  const char* attributes;
  const char* excluded;
  const char* expected;  // the members beside schemas and id, with the extension's URN as "ext"
};

class Project : public testing::TestWithParam<ProjectionCase> {};

TEST_P(Project, KeepsWhatTheClientGets) {
  const auto projection = parse_projection(user_type(), GetParam().attributes, GetParam().excluded);
  auto result = project(user_type(), user_to_project(), projection);
  EXPECT_EQ(result.at("id"), "1");
  EXPECT_EQ(result.at("schemas").as_array().size(), result.contains(enterprise) ? 2u : 1u);
  result.erase("id");
  result.erase("schemas");
  auto expected = parse_json(GetParam().expected).as_object();
  if (const auto* extension = expected.if_contains("ext")) {
    auto value = *extension;
    expected.erase("ext");
    expected[enterprise] = std::move(value);
  }
  EXPECT_EQ(result, expected) << json::serialize(result);
}

constexpr const char* everything =
    R"({"externalId":"x","userName":"bj","name":{"givenName":"B","familyName":"J"},
        "emails":[{"value":"a@x","type":"work"},{"value":"b@x"}],
        "ext":{"department":"D","manager":{"value":"7","displayName":"M"}},"meta":{"resourceType":"User","version":"W/1"}})";

INSTANTIATE_TEST_SUITE_P(
    Rfc7644Section39, Project,
    testing::Values(
        ProjectionCase{"", "", everything}, ProjectionCase{"", "id,schemas,nope", everything},
        ProjectionCase{"userName", "", R"({"userName":"bj"})"},
        ProjectionCase{"USERNAME, nope", "", R"({"userName":"bj"})"}, ProjectionCase{"nope", "", "{}"},
        ProjectionCase{"password", "", "{}"},
        ProjectionCase{"name.givenName,emails.value", "",
                       R"({"name":{"givenName":"B"},"emails":[{"value":"a@x"},{"value":"b@x"}]})"},
        ProjectionCase{"name,name.givenName", "", R"({"name":{"givenName":"B","familyName":"J"}})"},
        ProjectionCase{"emails[type eq \"a,]b\"].value", "",
                       R"({"emails":[{"value":"a@x"},{"value":"b@x"}]})"},
        ProjectionCase{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "",
                       R"({"ext":{"department":"D"}})"},
        ProjectionCase{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "",
                       R"({"ext":{"department":"D","manager":{"value":"7","displayName":"M"}}})"},
        ProjectionCase{"urn:ietf:params:scim:schemas:core:2.0:User:userName", "", R"({"userName":"bj"})"},
        ProjectionCase{"URN:ietf:params:scim:schemas:core:2.0:User", "",
                       R"({"userName":"bj","name":{"givenName":"B","familyName":"J"},
                           "emails":[{"value":"a@x","type":"work"},{"value":"b@x"}]})"},
        ProjectionCase{
            "", "urn:ietf:params:scim:schemas:core:2.0:User",
            R"({"externalId":"x","ext":{"department":"D","manager":{"value":"7","displayName":"M"}},
                           "meta":{"resourceType":"User","version":"W/1"}})"},
        ProjectionCase{"urn:ietf:params:scim:schemas:core:2.0:Group", "", "{}"},
        ProjectionCase{"userName,emails", "emails.type",
                       R"({"userName":"bj","emails":[{"value":"a@x"},{"value":"b@x"}]})"},
        ProjectionCase{"", "emails,name,meta,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
                       R"({"externalId":"x","userName":"bj"})"},
        ProjectionCase{"emails.display", "", "{}"}));

TEST(Projection, T59_ExcludedMembersNeedNotBeLoaded) {
  const auto excluded = parse_projection(group_type(), "", "Members");
  EXPECT_FALSE(wants(group_type(), excluded, "members"));
  EXPECT_TRUE(wants(group_type(), excluded, "id"));
  EXPECT_FALSE(wants(group_type(), parse_projection(group_type(), "displayName", ""), "members"));
  EXPECT_TRUE(wants(group_type(), parse_projection(group_type(), "members.value", ""), "members"));
  EXPECT_TRUE(wants(group_type(), parse_projection(group_type(), "", ""), "members"));
}

TEST(Projection, NamesAreKeptOnce) {
  std::string list;
  for (int i = 0; i < 1000; ++i) list += "userName,USERNAME,name.givenName,nope,";
  EXPECT_EQ(parse_projection(user_type(), list, "").only.size(), 2u);
}

TEST(Projection, ListOfAMessageBody) {
  EXPECT_EQ(attribute_list(parse_json(R"(["userName",5,"name.givenName"])")), "userName,name.givenName");
  EXPECT_EQ(attribute_list(parse_json(R"("userName,active")")), "userName,active");
  EXPECT_EQ(attribute_list(parse_json("7")), "");
}

}  // namespace
}  // namespace dirbridge::scim
