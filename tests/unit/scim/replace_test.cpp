#include "scim/replace.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "scim/catalog.hpp"

namespace dirbridge::scim {
namespace {

// A User with an extension whose attributes may be written once.
const ResourceType& badge_type() {
  static const Catalog catalog = make_catalog({read_schema(json::parse(R"({
      "id":"urn:x:Badge","name":"Badge","attributes":[
        {"name":"number","type":"string","mutability":"immutable"},
        {"name":"colour","type":"string"},
        {"name":"site","type":"complex","subAttributes":[
          {"name":"country","type":"string","mutability":"immutable"},{"name":"floor","type":"integer"}]}]})"))
                                                   .value()},
                                              {})
                                     .value();
  return catalog.user;
}

constexpr auto stored = R"({"userName":"bob","title":"Guide","nickName":"B",
    "emails":[{"value":"b@x"}],"urn:x:Badge":{"number":"7","colour":"red","site":{"country":"CH","floor":1}}})";

Result<json::object> put(const std::string& members, PutOmitted omitted) {
  auto read =
      read_resource(badge_type(), json::parse(R"({"userName":"bob")" + members + "}"), ReadMode::Pulled);
  EXPECT_TRUE(read) << (read ? "" : read.error().detail);
  if (!read) return read.error();
  return replace(badge_type(), *read, json::parse(stored).as_object(), omitted);
}

json::object extension(const Result<json::object>& resource) {
  EXPECT_TRUE(resource) << (resource ? "" : resource.error().detail);
  if (!resource || !resource->contains("urn:x:Badge")) return {};
  return resource->at("urn:x:Badge").as_object();
}

TEST(Replace, ClearsWhatIsLeftOutButImmutableValues) {
  const auto out = put("", PutOmitted::Clear);
  ASSERT_TRUE(out);
  for (const auto* name : {"title", "nickName", "emails"}) EXPECT_FALSE(out->contains(name)) << name;
  EXPECT_EQ(json::value(extension(out)), json::parse(R"({"number":"7"})"));
  EXPECT_EQ(out->at("schemas").as_array().size(), 2U);
}

TEST(Replace, KeepsWhatIsLeftOutWhereConfigured) {
  const auto out = put(R"(,"title":"Boss","nickName":null,"emails":[])", PutOmitted::Keep);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->at("title").as_string(), "Boss");
  EXPECT_FALSE(out->contains("nickName"));
  EXPECT_FALSE(out->contains("emails"));
  EXPECT_EQ(extension(out).at("colour").as_string(), "red");
}

TEST(Replace, TakesImmutableValuesThatAreTheSame) {
  const auto out =
      put(R"(,"urn:x:Badge":{"number":"7","site":{"country":"CH","floor":2}})", PutOmitted::Clear);
  EXPECT_EQ(json::value(extension(out)), json::parse(R"({"number":"7","site":{"country":"CH","floor":2}})"));
}

TEST(Replace, CarriesImmutableSubAttributesOver) {
  const auto out = put(R"(,"urn:x:Badge":{"site":{"floor":3}})", PutOmitted::Clear);
  EXPECT_EQ(json::value(extension(out)), json::parse(R"({"site":{"floor":3,"country":"CH"},"number":"7"})"));
}

TEST(Replace, RefusesToChangeImmutableValues) {
  const std::pair<const char*, const char*> changes[] = {
      {R"(,"urn:x:Badge":{"number":"8"})", "urn:x:Badge:number"},
      {R"(,"urn:x:Badge":{"number":null})", "urn:x:Badge:number"},
      {R"(,"urn:x:Badge":null)", "urn:x:Badge:number"},
      {R"(,"urn:x:Badge":{"site":{"country":"DE"}})", "urn:x:Badge:site.country"},
  };
  for (const auto omitted : {PutOmitted::Clear, PutOmitted::Keep})
    for (const auto& [members, field] : changes) {
      const auto out = put(members, omitted);
      ASSERT_FALSE(out) << members;
      EXPECT_EQ(out.error().kind, ErrorKind::Mutability) << members;
      EXPECT_EQ(out.error().field, field);
    }
}

TEST(Replace, TellsWhichAttributesTheBodyNames) {
  auto read = read_resource(badge_type(), json::parse(R"({"userName":"b","emails":[],"title":"t"})"),
                            ReadMode::Pulled);
  ASSERT_TRUE(read);
  EXPECT_TRUE(names(*read, "emails"));
  EXPECT_TRUE(names(*read, "title"));
  EXPECT_FALSE(names(*read, "nickName"));
}

}  // namespace
}  // namespace dirbridge::scim
