#include <gmock/gmock.h>

#include "scim/messages.hpp"
#include "vectors.hpp"

namespace dirbridge::scim {
namespace {

using testing::HasSubstr;

TEST(Schema, StandardOnesAreTheSixOfTheRfc) {
  const auto& catalog = standard_catalog();
  std::vector<std::string> names;
  for (const auto& schema : catalog.schemas) names.push_back(schema.name);
  EXPECT_THAT(names, testing::ElementsAre("User", "EnterpriseUser", "Group", "Service Provider Configuration",
                                          "ResourceType", "Schema"));
}

TEST(Schema, DocumentsKeepTheFactsOfTheRfcWithErrata) {
  const auto& user = user_type().core;
  EXPECT_TRUE(user.find("userName")->required);
  EXPECT_FALSE(user.find("userName")->case_exact);
  EXPECT_EQ(user.find("userName")->uniqueness, Uniqueness::Server);
  EXPECT_EQ(user.find("password")->mutability, Mutability::WriteOnly);
  EXPECT_EQ(user.find("password")->returned, Returned::Never);
  EXPECT_EQ(user.find("groups")->mutability, Mutability::ReadOnly);
  EXPECT_THAT(user.find("groups")->find("$ref")->reference_types, testing::ElementsAre("Group"));
  EXPECT_TRUE(user.find("x509Certificates")->find("value")->case_exact);
  EXPECT_TRUE(group_type().core.find("displayName")->required);
  EXPECT_EQ(group_type().core.find("members")->find("value")->mutability, Mutability::Immutable);
  EXPECT_TRUE(user_type().extensions.front().find("manager")->find("value")->case_exact);
  EXPECT_EQ(user.attributes.size(), 21u);
}

TEST(Schema, ReadingNamesThePlaceOfAMistake) {
  const auto bad_type =
      read_schema(parse_json(R"({"id":"urn:x","name":"X","attributes":[{"name":"a","type":"text"}]})"));
  ASSERT_TRUE(bad_type.has_error());
  EXPECT_EQ(bad_type.error().field, "attributes[0].type");
  const auto twice =
      read_schema(parse_json(R"({"id":"urn:x","name":"X","attributes":[{"name":"a"},{"name":"A"}]})"));
  ASSERT_TRUE(twice.has_error());
  EXPECT_EQ(twice.error().field, "attributes[1]");
  EXPECT_TRUE(read_schema(parse_json("[]")).has_error());
  EXPECT_TRUE(read_schema(parse_json(R"({"name":"X"})")).has_error());
}

TEST(Catalog, TakesMoreExtensionsButNoTakenUrnAndNoSecondPassword) {
  const auto custom = read_schema(parse_json(
      R"({"id":"urn:example:Badge","name":"Badge","attributes":[{"name":"number","type":"integer"}]})"));
  ASSERT_TRUE(custom.has_value());
  const auto catalog = make_catalog({*custom}, {});
  ASSERT_TRUE(catalog.has_value());
  EXPECT_NE(catalog->find_schema("URN:example:badge"), nullptr);
  EXPECT_TRUE(resolve(catalog->user, "urn:example:Badge:number").has_value());
  EXPECT_TRUE(make_catalog({*custom, *custom}, {}).has_error());
  auto secret = *custom;
  secret.attributes.front().mutability = Mutability::WriteOnly;
  EXPECT_TRUE(make_catalog({secret}, {}).has_error());
}

struct ResolveCase {
  const char* name;
  const char* canonical;  // null: unknown
};

class Resolve : public testing::TestWithParam<ResolveCase> {};

TEST_P(Resolve, FindsTheAttribute) {
  const auto ref = resolve(user_type(), GetParam().name);
  if (!GetParam().canonical) {
    EXPECT_FALSE(ref.has_value());
    return;
  }
  ASSERT_TRUE(ref.has_value());
  EXPECT_EQ(to_string(*ref), GetParam().canonical);
}

#define ENTERPRISE "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
INSTANTIATE_TEST_SUITE_P(
    Names, Resolve,
    testing::Values(
        ResolveCase{"userName", "userName"}, ResolveCase{"USERNAME", "userName"},
        ResolveCase{"Name.FamilyName", "name.familyName"},
        ResolveCase{"meta.lastModified", "meta.lastModified"},
        ResolveCase{"urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", "name.givenName"},
        ResolveCase{"urn:ietf:params:scim:schemas:core:2.0:user.userName", "userName"},
        ResolveCase{ENTERPRISE ":department", ENTERPRISE ":department"},
        ResolveCase{ENTERPRISE ".manager", ENTERPRISE ":manager"},
        ResolveCase{ENTERPRISE ":manager.displayName", ENTERPRISE ":manager.displayName"},
        ResolveCase{ENTERPRISE, ENTERPRISE},
        ResolveCase{"URN:IETF:params:scim:schemas:EXTENSION:enterprise:2.0:user", ENTERPRISE},
        ResolveCase{"urn:ietf:params:scim:schemas:extension:enterprise:2.0User:manager",
                    ENTERPRISE ":manager"},
        ResolveCase{"manager", ENTERPRISE ":manager"}, ResolveCase{"Department", ENTERPRISE ":department"},
        ResolveCase{"emails.$ref", nullptr}, ResolveCase{"manager.$ref", ENTERPRISE ":manager.$ref"},
        ResolveCase{"userName.x", nullptr}, ResolveCase{"nope", nullptr}, ResolveCase{"", nullptr},
        ResolveCase{"name.givenName.x", nullptr}, ResolveCase{ENTERPRISE ":", nullptr},
        ResolveCase{ENTERPRISE "X:department", nullptr}, ResolveCase{"urn:example:foo:bar", nullptr},
        ResolveCase{"urn:ietf:params:scim:schemas:core:2.0:User", nullptr}));

TEST(ResourceType, DescribesItself) {
  const auto user = describe(user_type());
  EXPECT_EQ(user.at("schema"), "urn:ietf:params:scim:schemas:core:2.0:User");
  EXPECT_EQ(user.at("schemaExtensions").at(0).at("schema").as_string(), enterprise);
  EXPECT_EQ(describe(group_type()).at("endpoint"), "/Groups");
}

}  // namespace
}  // namespace dirbridge::scim
