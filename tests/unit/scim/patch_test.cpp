#include "scim/patch.hpp"

#include <gmock/gmock.h>

#include "scim/messages.hpp"
#include "scim_vectors.hpp"
#include "vectors.hpp"

namespace dirbridge::scim {
namespace {

constexpr PatchPolicy tolerant{PatchPolicy::NoMatch::Create};
constexpr PatchPolicy strict{PatchPolicy::NoMatch::NoTarget};

json::object with_defaults(const json::value& part, const ResourceType& type) {
  json::object out{{"schemas", json::array{type.core.id}}, {"id", "1"}};
  if (type.name == "User") out["userName"] = "bj";
  for (const auto& [name, value] : part.as_object()) out[name] = value;
  if (out.contains(enterprise)) out["schemas"].as_array().push_back(json::value(enterprise));
  return out;
}

Result<PatchResult> run(const ResourceType& type, const json::object& before, const json::value& operations,
                        const PatchPolicy& policy) {
  json::object message{{"schemas", json::array{patch_op_urn}}, {"Operations", operations}};
  auto parsed = parse_patch(type, std::move(message));
  if (!parsed) return parsed.error();
  return apply(type, before, *parsed, policy);
}

class PatchTrap : public testing::TestWithParam<json::object> {};

// {name, type?, strict?, before?, operations, after | error, password?}. id, userName and schemas are filled
// in.
TEST_P(PatchTrap, Holds) {
  const auto& vector = GetParam();
  const auto& type = vector.contains("type") ? type_named(vector.at("type")) : user_type();
  const auto before = with_defaults(vector.contains("before") ? vector.at("before") : json::object(), type);
  auto result = run(type, before, vector.at("operations"), vector.contains("strict") ? strict : tolerant);
  if (const auto* wanted = vector.if_contains("error")) {
    ASSERT_TRUE(result.has_error()) << json::serialize(result->resource);
    EXPECT_EQ(error_status(result.error().kind).scim_type, wanted->as_string()) << result.error().detail;
    return;
  }
  ASSERT_TRUE(result.has_value()) << result.error().detail;
  const auto expected = with_defaults(vector.at("after"), type);
  EXPECT_EQ(result->resource, expected) << json::serialize(result->resource);
  EXPECT_EQ(result->changed, before != expected);
  const auto* password = vector.if_contains("password");
  ASSERT_EQ(result->password.has_value(), password != nullptr);
  if (password) {
    EXPECT_EQ(result->password->reveal(), std::string_view(password->as_string()));
  }
}

INSTANTIATE_TEST_SUITE_P(Vectors, PatchTrap, testing::ValuesIn(load_vectors(vectors::patch_json)),
                         vector_name);

// Asking twice for the same is asking once: retries are the client's only recovery.
TEST_P(PatchTrap, ReplaceAndAddRepeatWithoutHarm) {
  const auto& vector = GetParam();
  if (vector.contains("error") || vector.contains("once")) return;
  const auto& type = vector.contains("type") ? type_named(vector.at("type")) : user_type();
  const auto after = with_defaults(vector.at("after"), type);
  const auto again = run(type, after, vector.at("operations"), tolerant);
  ASSERT_TRUE(again.has_value()) << again.error().detail;
  EXPECT_EQ(again->resource, after) << json::serialize(again->resource);
}

struct BadMessage {
  const char* name;
  const char* body;
  const char* scim_type;
  const char* field;
};

class PatchMessage : public testing::TestWithParam<BadMessage> {};

TEST_P(PatchMessage, IsRefused) {
  const auto parsed = parse_patch(user_type(), parse_json(GetParam().body));
  ASSERT_TRUE(parsed.has_error());
  EXPECT_EQ(error_status(parsed.error().kind).scim_type, GetParam().scim_type) << parsed.error().detail;
  EXPECT_EQ(parsed.error().field, GetParam().field);
}

#define MESSAGE(operations) \
  R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":)" operations "}"
INSTANTIATE_TEST_SUITE_P(
    Messages, PatchMessage,
    testing::Values(
        BadMessage{"NotAnObject", "[]", "invalidSyntax", ""},
        BadMessage{"NoOperations", R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]})",
                   "invalidSyntax", "Operations"},
        BadMessage{"OtherSchema",
                   R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"Operations":[]})",
                   "invalidSyntax", "schemas"},
        BadMessage{"OperationsAsText", MESSAGE("\"add\""), "invalidSyntax", "Operations"},
        BadMessage{"OperationAsText", MESSAGE("[\"add\"]"), "invalidSyntax", "Operations[0]"},
        BadMessage{"UnknownOp", MESSAGE(R"([{"op":"move","path":"title","value":"x"}])"), "invalidSyntax",
                   "Operations[0].op"},
        BadMessage{"NoOp", MESSAGE(R"([{"path":"title","value":"x"}])"), "invalidSyntax", "Operations[0].op"},
        BadMessage{"NoValue",
                   MESSAGE(R"([{"op":"add","path":"title","value":"x"},{"op":"add","path":"title"}])"),
                   "invalidValue", "Operations[1].value"},
        BadMessage{"TextWithoutPath", MESSAGE(R"([{"op":"add","value":"x"}])"), "invalidValue",
                   "Operations[0].value"},
        BadMessage{"RemoveWithoutPath", MESSAGE(R"([{"op":"remove"}])"), "noTarget", "Operations[0].path"},
        BadMessage{"PathOfWrongType", MESSAGE(R"([{"op":"add","path":7,"value":"x"}])"), "invalidPath",
                   "Operations[0].path"},
        BadMessage{"UnknownPath", MESSAGE(R"([{"op":"add","path":"nope","value":"x"}])"), "invalidPath",
                   "Operations[0].path"},
        BadMessage{"BadFilter", MESSAGE(R"([{"op":"add","path":"emails[type is 1]","value":"x"}])"),
                   "invalidFilter", "Operations[0].path"}),
    [](const auto& test) { return test.param.name; });

TEST(PatchMessage, BothDialectsAndMissingSchemasAreAccepted) {
  for (
      const char* body :
      {R"({"operations":[{"OP":"Replace","Path":"Title","Value":"x"}]})",
       R"({"Operations":{"op":"REPLACE","path":"title","value":"x"}})",
       R"({"Schemas":["URN:ietf:params:scim:api:messages:2.0:patchop"],"Operations":[{"op":"add","path":"","value":{"title":"x"}}]})",
       R"({"Operations":[{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User","value":{"title":"x"}}]})"}) {
    const auto parsed = parse_patch(user_type(), parse_json(body));
    ASSERT_TRUE(parsed.has_value()) << body << parsed.error().detail;
    ASSERT_EQ(parsed->size(), 1u) << body;
    EXPECT_EQ(to_string(parsed->front().path.target), "title") << body;
  }
  EXPECT_TRUE(parse_patch(user_type(), parse_json(R"({"Operations":[]})"))->empty());
}

TEST(PatchTrap, T31_FailureInTheThirdOperationChangesNothing) {
  const auto before = with_defaults(parse_json(R"({"title":"T","nickName":"N"})"), user_type());
  const auto copy = before;
  const auto result = run(user_type(), before, parse_json(R"([{"op":"remove","path":"title"},
      {"op":"replace","path":"nickName","value":"M"},{"op":"replace","path":"active","value":"maybe"}])"),
                          tolerant);
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().kind, ErrorKind::InvalidValue);
  EXPECT_EQ(result.error().field, "active");
  EXPECT_EQ(before, copy);
}

TEST(PatchTrap, T38_ImmutableAttributeIsWrittenOnce) {
  const auto schema = read_schema(parse_json(
      R"({"id":"urn:example:B","name":"B","attributes":[{"name":"badge","mutability":"immutable"}]})"));
  const auto catalog = make_catalog({*schema}, {}).value();
  const auto set = parse_json(R"([{"op":"add","path":"urn:example:B:badge","value":"7"}])");
  const auto first = run(catalog.user, with_defaults(json::object(), user_type()), set, tolerant);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->resource.at("schemas").as_array().size(), 2u);
  EXPECT_TRUE(run(catalog.user, first->resource, set, tolerant).has_value());
  for (const char* change : {R"([{"op":"replace","path":"urn:example:B:badge","value":"8"}])",
                             R"([{"op":"remove","path":"urn:example:B:badge"}])"}) {
    const auto second = run(catalog.user, first->resource, parse_json(change), tolerant);
    ASSERT_TRUE(second.has_error()) << change;
    EXPECT_EQ(second.error().kind, ErrorKind::Mutability);
  }
}

TEST(Patch, AMembersReferenceCannotGoAlone) {
  const auto before = with_defaults(parse_json(R"({"members":[{"value":"a"},{"value":"b"}]})"), group_type());
  for (const char* change : {R"([{"op":"remove","path":"members.$ref"}])",
                             R"([{"op":"remove","path":"members[value eq \"a\"].$ref"}])",
                             R"([{"op":"replace","path":"members.$ref","value":null}])",
                             R"([{"op":"replace","path":"members[$ref eq \"Users/a\"].$ref","value":""}])"}) {
    const auto result = run(group_type(), before, parse_json(change), tolerant);
    ASSERT_TRUE(result.has_error()) << change;
    EXPECT_EQ(result.error().kind, ErrorKind::Mutability) << change;
    EXPECT_EQ(result.error().field, "members.$ref") << change;
  }
}

TEST(Patch, PasswordCanBeRemoved) {
  const auto before = with_defaults(json::object(), user_type());
  const auto result =
      run(user_type(), before, parse_json(R"([{"op":"remove","path":"password"}])"), tolerant);
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result->password_removed);
  EXPECT_FALSE(result->changed);
}

TEST(Patch, TooManyOperationsAreRefused) {
  json::array operations;
  for (std::size_t i = 0; i <= max_patch_operations; ++i)
    operations.push_back(json::object{{"op", "add"}, {"path", "title"}, {"value", "x"}});
  const auto result = run(user_type(), with_defaults(json::object(), user_type()), operations, tolerant);
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().kind, ErrorKind::TooLarge);
}

}  // namespace
}  // namespace dirbridge::scim
