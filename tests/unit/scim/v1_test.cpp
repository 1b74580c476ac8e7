#include "scim/v1.hpp"

#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "scim/messages.hpp"
#include "scim/patch.hpp"

namespace dirbridge::scim {
namespace {

json::value operations(const char* body) {
  auto patch = v1_patch_to_v2(json::parse(body));
  EXPECT_TRUE(patch) << body;
  return patch ? patch->at("Operations") : json::value();
}

TEST(V1Patch, AddsToListsAndTakesAwayWhatIsMarked) {
  EXPECT_EQ(operations(R"({"schemas":["urn:scim:schemas:core:1.0"],"members":[
      {"value":"a","display":"A"},{"value":"b","operation":"delete"},{"value":"c","Operation":"Delete"}]})"),
            json::parse(R"([{"op":"remove","path":"members","value":[{"value":"b"},{"value":"c"}]},
      {"op":"add","value":{"members":[{"value":"a","display":"A"}]}}])"));
  EXPECT_EQ(operations(R"({"urn:scim:schemas:core:1.0":{"members":[{"value":"b","operation":"delete"}]}})"),
            json::parse(R"([{"op":"remove","path":"members","value":[{"value":"b"}]}])"));
  EXPECT_EQ(
      operations(R"({"urn:scim:schemas:core:1.0:members":{"value":"b","operation":"delete"}})"),
      json::parse(R"([{"op":"remove","path":"urn:scim:schemas:core:1.0:members","value":[{"value":"b"}]}])"));
  EXPECT_EQ(operations(R"({"members":{"value":"b","operation":"delete"}})"),
            json::parse(R"([{"op":"remove","path":"members","value":[{"value":"b"}]}])"));
}

TEST(V1Patch, ReplacesSingleValues) {
  EXPECT_EQ(operations(R"({"displayName":"x","name":{"givenName":"y"}})"),
            json::parse(R"([{"op":"replace","value":{"displayName":"x"}},
      {"op":"replace","value":{"name":{"givenName":"y"}}}])"));
}

TEST(V1Patch, RemovesWhatMetaNames) {
  EXPECT_EQ(operations(R"({"meta":{"attributes":["title","name.givenName"]}})"),
            json::parse(R"([{"op":"remove","path":"title"},{"op":"remove","path":"name.givenName"}])"));
}

TEST(V1Patch, R30_ReplacesWhatMetaNamesAndTheBodyHas) {
  EXPECT_EQ(
      operations(
          R"({"meta":{"attributes":["Members","displayName"]},"members":[{"value":"a"}],"displayName":"n"})"),
      json::parse(
          R"([{"op":"replace","value":{"members":[{"value":"a"}]}},{"op":"replace","value":{"displayName":"n"}}])"));
}

TEST(V1Patch, RefusesWhatIsNoPatch) {
  for (const auto* body :
       {"[]", "7", R"({"meta":{"attributes":"title"}})", R"({"meta":{"attributes":[7]}})"}) {
    const auto patch = v1_patch_to_v2(json::parse(body));
    ASSERT_FALSE(patch) << body;
    EXPECT_EQ(patch.error().kind, ErrorKind::InvalidSyntax);
  }
}

TEST(V1Patch, RefusesThePatchOfTheOtherVersion) {
  for (
      const auto* body :
      {R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"remove","path":"title"}]})",
       R"({"operations":[{"op":"remove","path":"title"}]})", R"({"Operations":null})",
       R"({"schemas":"urn:ietf:params:scim:api:messages:2.0:PATCHOP"})",
       R"({"schemas":["urn:scim:schemas:core:1.0"],"Operations":[]})"}) {
    const auto patch = v1_patch_to_v2(json::parse(body));
    ASSERT_FALSE(patch) << body;
    EXPECT_EQ(patch.error().kind, ErrorKind::InvalidSyntax) << body;
    EXPECT_NE(patch.error().detail.find("/v2"), std::string::npos) << body;
  }
}

TEST(V1Patch, RefusesOperationsThatItDoesNotHave) {
  for (const auto* operation : {R"("remove")", R"("bogus")", R"("")", "5", "true", R"({"x":1})"})
    for (const std::string open : {"[", ""}) {
      const auto body = R"({"members":)" + open + R"({"value":"a","Operation":)" + operation + '}' +
                        (open.empty() ? "" : "]") + '}';
      const auto patch = v1_patch_to_v2(json::parse(body));
      ASSERT_FALSE(patch) << body;
      EXPECT_EQ(patch.error().kind, ErrorKind::InvalidValue) << body;
      EXPECT_EQ(patch.error().field, "members.operation") << body;
    }
  EXPECT_EQ(operations(R"({"members":[{"value":"a","operation":null}]})"),
            json::parse(R"([{"op":"add","value":{"members":[{"value":"a"}]}}])"));
  EXPECT_EQ(operations(R"({"urn:x:machines":{"operation":"drill"}})"),
            json::parse(R"([{"op":"replace","value":{"urn:x:machines":{"operation":"drill"}}}])"))
      << "an attribute of an extension";
}

TEST(V1Names, TheManagersIdIsKnownByItsOldName) {
  const auto& type = standard_catalog().user;
  const auto manager = resolve(type, "manager.value");
  ASSERT_TRUE(manager);
  for (const auto* name : {"manager.managerId", "Manager.ManagerID",
                           "urn:scim:schemas:extension:enterprise:1.0:manager.managerId"})
    EXPECT_EQ(resolve(type, name), manager) << name;
  EXPECT_FALSE(resolve(type, "name.managerId"));
}

TEST(V1Patch, IsUnderstoodByTheCore) {
  const auto message = v1_patch_to_v2(json::parse(R"({"schemas":["urn:scim:schemas:core:1.0"],
      "urn:scim:schemas:extension:enterprise:1.0":{"department":"D","manager":{"managerId":"7"}},
      "emails":[{"value":"old@x","operation":"delete"},{"value":"new@x","type":"work"}],
      "meta":{"attributes":["urn:scim:schemas:extension:enterprise:1.0:costCenter","title"]}})"));
  ASSERT_TRUE(message);
  const auto& type = standard_catalog().user;
  const auto parsed = parse_patch(type, *message);
  ASSERT_TRUE(parsed) << parsed.error().detail;
  const auto before = json::parse(R"({"id":"1","userName":"u","title":"T","emails":[{"value":"old@x"}],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"costCenter":"9"}})");
  const auto after = apply(type, before.as_object(), *parsed, {});
  ASSERT_TRUE(after) << after.error().detail;
  EXPECT_FALSE(after->resource.contains("title"));
  EXPECT_EQ(after->resource.at("emails"), json::parse(R"([{"value":"new@x","type":"work"}])"));
  EXPECT_EQ(after->resource.at("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"),
            json::parse(R"({"department":"D","manager":{"value":"7"}})"));
}

TEST(V1Answer, SpeaksOfResourcesInTheOldWords) {
  const auto v1 = v1_answer(json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"id":"1","userName":"u",
      "members":[{"value":"a","type":"User","$ref":"x"}],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"7","$ref":"x"}},
      "meta":{"resourceType":"User","version":"W/\"1\"","location":"l"}})")
                                .as_object());
  EXPECT_EQ(json::value(v1), json::parse(R"({"schemas":["urn:scim:schemas:core:1.0",
      "urn:scim:schemas:extension:enterprise:1.0"],"id":"1","userName":"u","members":[{"value":"a","type":"User"}],
      "urn:scim:schemas:extension:enterprise:1.0":{"manager":{"managerId":"7"}},
      "meta":{"version":"W/\"1\"","location":"l"}})"));
}

TEST(V1Answer, TranslatesListsAndErrors) {
  const auto list = v1_answer(list_response(
      {json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"1"})")}, 7, 1));
  EXPECT_EQ(list.at("schemas").at(0).as_string(), v1_core_urn);
  EXPECT_EQ(list.at("totalResults"), 7);
  EXPECT_EQ(list.at("Resources").at(0).at("schemas").at(0).as_string(), v1_core_urn);
  EXPECT_EQ(json::value(v1_answer(error_body(error(ErrorKind::NotFound, "nobody")))),
            json::parse(R"({"Errors":[{"description":"nobody","code":"404"}]})"));
  EXPECT_EQ(
      json::value(v1_answer(
          error_body(error(ErrorKind::InvalidSyntax,
                           "schemas is missing; it must name urn:ietf:params:scim:schemas:core:2.0:User")))),
      json::parse(
          R"({"Errors":[{"description":"schemas is missing; it must name urn:scim:schemas:core:1.0","code":"400"}]})"));
}

TEST(V1Answer, AResourceThatNamesTheSchemaOfErrorsIsNone) {
  const auto answer = v1_answer(
      json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"userName":"u","detail":7})")
          .as_object());
  EXPECT_EQ(answer.at("userName"), "u");
  EXPECT_FALSE(answer.contains("Errors"));
}

TEST(V1Answer, DescribesBothTypes) {
  const auto schemas = v1_schemas(standard_catalog());
  ASSERT_EQ(schemas.at("totalResults"), 2);
  const auto& user = schemas.at("Resources").at(0).as_object();
  EXPECT_EQ(user.at("id").as_string(), "urn:scim:schemas:core:1.0:User");
  EXPECT_EQ(user.at("endpoint").as_string(), "/Users");
  const auto& attributes = user.at("attributes").as_array();
  const auto named = [&](std::string_view name) -> const json::value& {
    for (const auto& attribute : attributes)
      if (attribute.at("name").as_string() == name) return attribute;
    throw std::runtime_error(std::string(name));
  };
  EXPECT_EQ(named("userName").at("readOnly"), false);
  EXPECT_EQ(named("groups").at("readOnly"), true);
  EXPECT_EQ(named("manager").at("schema").as_string(), v1_enterprise_urn);
  EXPECT_EQ(named("manager").at("subAttributes").at(0).at("name").as_string(), "managerId");
}

TEST(V1Patch, R1_WhatIsNoneBesideADisablingIsLeftToWhoReadsTheOperations) {
  for (const auto* wrong : {R"("meta":{"attributes":"title"})", R"("emails":[{"operation":"explode"}])"}) {
    const auto body = "{" + std::string(wrong) + R"(,"active":false})";
    auto patch = v1_patch_to_v2(json::parse(body));
    ASSERT_TRUE(patch) << body;
    const auto read = read_patch(standard_catalog().user, std::move(*patch));
    ASSERT_TRUE(read);
    EXPECT_TRUE(takes_active_away(read->operations)) << body;
    EXPECT_EQ(read->refused.size(), 1U) << body;
    EXPECT_FALSE(v1_patch_to_v2(json::parse("{" + std::string(wrong) + R"(,"active":true})"))) << body;
  }
}

}  // namespace
}  // namespace dirbridge::scim
