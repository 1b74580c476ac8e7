#include "scim/resource.hpp"

#include <gmock/gmock.h>

#include "scim/messages.hpp"
#include "scim_vectors.hpp"
#include "vectors.hpp"

namespace dirbridge::scim {
namespace {

class ResourceVector : public testing::TestWithParam<json::object> {};

// {name, type?, body, resource | error{scimType, field}, password?, cleared?}. Bodies and expected resources
// without `schemas` get the core URN.
TEST_P(ResourceVector, Holds) {
  const auto& vector = GetParam();
  const auto& type = vector.contains("type") ? type_named(vector.at("type")) : user_type();
  json::value body = vector.at("body");
  if (body.is_object() && !vector.contains("raw"))
    body.as_object().emplace("schemas", json::array{type.core.id});
  auto read = read_resource(type, std::move(body), ReadMode::Request);
  if (const auto* wanted = vector.if_contains("error")) {
    ASSERT_TRUE(read.has_error()) << json::serialize(read->resource);
    EXPECT_EQ(error_status(read.error().kind).scim_type, wanted->at("scimType").as_string())
        << read.error().detail;
    EXPECT_EQ(read.error().field, wanted->at("field").as_string());
    return;
  }
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  json::object expected = vector.at("resource").as_object();
  expected.emplace("schemas", json::array{type.core.id});
  EXPECT_EQ(read->resource, expected) << json::serialize(read->resource);
  EXPECT_EQ(read->resource.begin()->key(), "schemas");
  const auto* password = vector.if_contains("password");
  ASSERT_EQ(read->password.has_value(), password != nullptr);
  if (password) {
    EXPECT_EQ(read->password->reveal(), std::string_view(password->as_string()));
  }
  if (const auto* cleared = vector.if_contains("cleared")) {
    EXPECT_EQ(read->cleared, json::value_to<std::vector<std::string>>(*cleared));
  }
}

INSTANTIATE_TEST_SUITE_P(Bodies, ResourceVector, testing::ValuesIn(load_vectors(vectors::resource_json)),
                         vector_name);

TEST(Resource, R1_WhatCanBeReadIsReadBesideWhatCannot) {
  const auto read = read_possible(
      group_type(),
      json::parse(R"({"displayName":["a","b"],"externalId":{"a":1},"members":[{"value":"m"}]})"),
      ReadMode::Request);
  ASSERT_TRUE(read) << read.error().detail;
  std::vector<std::string> fields;
  for (const auto& refused : read->refused) fields.push_back(refused.field);
  EXPECT_THAT(fields, testing::ElementsAre("schemas", "displayName", "externalId", "displayName"));
  EXPECT_EQ(json::serialize(read->resource.at("members")), R"([{"value":"m"}])");
  EXPECT_FALSE(read_possible(group_type(), json::parse("[]"), ReadMode::Request));
}

TEST(Resource, CanonicalOneReadsAsItself) {
  for (const auto& vector : load_vectors(vectors::resource_json)) {
    if (!vector.contains("resource")) continue;
    const auto& type = vector.contains("type") ? type_named(vector.at("type")) : user_type();
    const auto& resource = vector.at("resource");
    const auto again = read_resource(type, resource, ReadMode::Pulled);
    ASSERT_TRUE(again.has_value()) << vector.at("name").as_string() << again.error().detail;
    json::object expected = resource.as_object();
    expected.emplace("schemas", json::array{type.core.id});
    EXPECT_EQ(again->resource, expected) << vector.at("name").as_string();
  }
}

TEST(Resource, PulledOnesNeedNoSchemas) {
  const auto read = read_resource(group_type(), parse_json(R"({"displayName":"g"})"), ReadMode::Pulled);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->resource.at("schemas").at(0).as_string(), group_type().core.id);
}

TEST(Resource, HundredThousandMembersAreReadOnce) {
  json::array members;
  for (int i = 0; i < 100000; ++i) members.push_back(json::object{{"value", std::to_string(i % 50000)}});
  json::object body{
      {"schemas", json::array{group_type().core.id}}, {"displayName", "g"}, {"members", members}};
  const auto read = read_resource(group_type(), std::move(body), ReadMode::Request);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->resource.at("members").as_array().size(), 50000u);
}

TEST(Resource, ListsBeyondTheLimitAreRefusedUnread) {
  json::array roles(10'001, json::value("r"));
  json::object body{{"userName", "u"}, {"roles", roles}};
  const auto read = read_resource(user_type(), body, ReadMode::Pulled);
  ASSERT_TRUE(read.has_error());
  EXPECT_EQ(read.error().kind, ErrorKind::TooLarge);
  EXPECT_EQ(read.error().field, "roles");
  roles.pop_back();
  body["roles"] = roles;
  EXPECT_TRUE(read_resource(user_type(), body, ReadMode::Pulled).has_value());
}

TEST(Resource, NumbersAreTextButNoDates) {
  const auto schema = read_schema(parse_json(
      R"({"id":"urn:example:D","name":"D","attributes":[{"name":"since","type":"dateTime"},{"name":"text"}]})"));
  const auto catalog = make_catalog({*schema}, {}).value();
  const auto read = [&](const char* extension) {
    json::object body{{"userName", "u"}, {"urn:example:D", parse_json(extension)}};
    return read_resource(catalog.user, std::move(body), ReadMode::Pulled);
  };
  EXPECT_TRUE(read(R"({"since":"2024-01-01T00:00:00Z","text":2024})"));
  for (const auto* number : {R"({"since":1704067200})", R"({"since":2024.5})"}) {
    const auto refused = read(number);
    ASSERT_TRUE(refused.has_error()) << number;
    EXPECT_EQ(refused.error().kind, ErrorKind::InvalidValue);
    EXPECT_EQ(refused.error().field, "urn:example:D:since");
  }
}

TEST(Resource, KeepOmittedTakesOverWhatWasNotNamed) {
  auto read = read_resource(user_type(), parse_json(R"({"userName":"new","title":null,"active":true,
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"costCenter":"9","division":""}})"),
                            ReadMode::Pulled);
  ASSERT_TRUE(read.has_value());
  const auto stored = parse_json(R"({"id":"1","userName":"old","title":"T","nickName":"N",
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","division":"V"}})");
  const auto merged = keep_omitted(user_type(), std::move(*read), stored.as_object());
  EXPECT_EQ(json::value(merged), parse_json(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"id":"1","userName":"new","active":true,"nickName":"N",
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"costCenter":"9","department":"D"}})"))
      << json::serialize(merged);
}

}  // namespace
}  // namespace dirbridge::scim
