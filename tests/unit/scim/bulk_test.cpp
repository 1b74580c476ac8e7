#include "scim/bulk.hpp"

#include <gmock/gmock.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "scim/bulk_plan.hpp"

namespace dirbridge::scim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Result<BulkRequest> parse(const std::string& operations, const std::string& more = "") {
  return parse_bulk(standard_catalog(), json::parse(R"({"schemas":[")" + std::string(bulk_request_urn) +
                                                    R"("],"Operations":)" + operations + more + "}"));
}

BulkRequest good(const std::string& operations) {
  auto request = parse(operations);
  EXPECT_TRUE(request) << (request ? "" : request.error().detail);
  return request ? std::move(*request) : BulkRequest();
}

TEST(Bulk, ReadsEveryKindOfOperation) {
  const auto request = good(R"([
    {"method":"post","path":"/Users","bulkId":"a","data":{"userName":"a"}},
    {"method":"PUT","path":"Groups/7","version":"W/\"1\"","data":{"displayName":"g"}},
    {"method":"PATCH","path":"/Users/bulkId:a","data":[{"op":"remove","path":"title"}]},
    {"Method":"DELETE","Path":"/users/9/"}])");
  ASSERT_EQ(request.operations.size(), 4U);
  for (const auto& operation : request.operations) EXPECT_FALSE(operation.problem);
  EXPECT_EQ(request.operations[0].method_text, "post");
  EXPECT_EQ(request.operations[1].version, "W/\"1\"");
  EXPECT_EQ(request.operations[1].type, &standard_catalog().group);
  EXPECT_TRUE(request.operations[2].data.at("Operations").is_array());
  EXPECT_EQ(request.operations[3].id, "9");
}

TEST(Bulk, BlamesTheOperationThatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"method":"GET","path":"/Users/1"})", "Operations[0].method"},
      {R"({"path":"/Users/1"})", "Operations[0].method"},
      {R"({"method":"POST","path":"/Users","data":{}})", "Operations[0].bulkId"},
      {R"({"method":"POST","path":"/Users/1","bulkId":"a","data":{}})", "Operations[0].path"},
      {R"({"method":"DELETE","path":"/Users"})", "Operations[0].path"},
      {R"({"method":"DELETE","path":"/Schemas/1"})", "Operations[0].path"},
      {R"({"method":"DELETE"})", "Operations[0].path"},
      {R"({"method":"PUT","path":"/Users/1"})", "Operations[0].data"},
      {R"({"method":"PUT","path":"/Users/1","data":"x"})", "Operations[0].data"},
  };
  for (const auto& [operation, field] : wrong) {
    const auto request = good("[" + std::string(operation) + "]");
    ASSERT_EQ(request.operations.size(), 1U);
    ASSERT_TRUE(request.operations[0].problem) << operation;
    EXPECT_EQ(request.operations[0].problem->kind, ErrorKind::InvalidValue);
    EXPECT_EQ(request.operations[0].problem->field, field) << operation;
  }
  const auto twice = good(R"([{"method":"POST","path":"/Users","bulkId":"a","data":{}},
                              {"method":"POST","path":"/Users","bulkId":"a","data":{}}])");
  EXPECT_FALSE(twice.operations[0].problem);
  EXPECT_EQ(twice.operations[1].problem.value_or(Error()).field, "Operations[1].bulkId");
}

TEST(Bulk, RefusesWhatIsNoBulkRequest) {
  const auto kind = [](const Result<BulkRequest>& request) {
    return request ? ErrorKind::Internal : request.error().kind;
  };
  EXPECT_EQ(kind(parse_bulk(standard_catalog(), json::parse("[]"))), ErrorKind::InvalidSyntax);
  EXPECT_EQ(kind(parse_bulk(standard_catalog(), json::parse("{}"))), ErrorKind::InvalidSyntax);
  EXPECT_EQ(kind(parse_bulk(standard_catalog(), json::parse(R"({"schemas":["urn:x"],"Operations":[]})"))),
            ErrorKind::InvalidSyntax);
  EXPECT_EQ(kind(parse("{}")), ErrorKind::InvalidSyntax);
  EXPECT_EQ(kind(parse("[7]")), ErrorKind::InvalidSyntax);
  EXPECT_EQ(kind(parse("[]", R"(,"failOnErrors":"many")")), ErrorKind::InvalidValue);
  EXPECT_EQ(kind(parse("[]", R"(,"failOnErrors":-1)")), ErrorKind::InvalidValue);
}

TEST(Bulk, HasALimitThatItNames) {
  json::array many(max_bulk_operations + 1, json::object());
  const auto request = parse(json::serialize(many));
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().kind, ErrorKind::TooLarge);
  EXPECT_THAT(request.error().detail, testing::HasSubstr("maxOperations is 1000"));
  many.pop_back();
  EXPECT_TRUE(parse(json::serialize(many)));
}

TEST(Bulk, FindsAndResolvesReferencesWhereverTheyStand) {
  auto request = good(R"([{"method":"PATCH","path":"/Groups/bulkId:g","data":{"Operations":[
    {"op":"add","path":"members","value":[{"value":"bulkId:a","$ref":"../Users/bulkId:b"},{"value":"7"}]},
    {"op":"remove","path":"members[value eq \"bulkId:c\" or value eq \"bulkId:d\"]"},
    {"op":"replace","path":"displayName","value":"about bulkId:x"}]}}])");
  auto& operation = request.operations[0];
  EXPECT_THAT(references(operation), ElementsAre("a", "b", "c", "d", "g"));
  const CreatedIds created{{"a", "1"}, {"b", "2"}, {"c", "3"}, {"g", "9"}};
  resolve_references(operation.data, created);
  resolve_references(operation.id, created);
  EXPECT_EQ(operation.id, "9");
  const auto& list = operation.data.at("Operations").as_array();
  EXPECT_EQ(list[0].at("value").at(0), json::parse(R"({"value":"1","$ref":"../Users/2"})"));
  EXPECT_EQ(list[1].at("path").as_string(), R"(members[value eq "3" or value eq "bulkId:d"])");
  EXPECT_EQ(list[2].at("value").as_string(), "about bulkId:x");
}

TEST(Bulk, TakesOutWhatRefersToOthers) {
  auto resource = json::parse(R"({"displayName":"g","members":[{"value":"bulkId:a"},{"value":"7"}],
      "urn:x:User":{"manager":{"value":"bulkId:a"},"department":"D"},"title":"bulkId:b"})")
                      .as_object();
  const auto taken = take_references(resource, {"a"});
  EXPECT_EQ(json::value(taken), json::parse(R"({"members":[{"value":"bulkId:a"}],
      "urn:x:User":{"manager":{"value":"bulkId:a"}}})"));
  EXPECT_EQ(json::value(resource), json::parse(R"({"displayName":"g","members":[{"value":"7"}],
      "urn:x:User":{"department":"D"},"title":"bulkId:b"})"));
}

TEST(BulkPlan, LetsIndependentOperationsRunTogether) {
  const auto units = plan_bulk(good(R"([
    {"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"a"}},
    {"method":"PATCH","path":"/Users/1","data":{"Operations":[]}},
    {"method":"DELETE","path":"/Groups/2"}])"));
  ASSERT_EQ(units.size(), 3U);
  for (const auto& unit : units) {
    EXPECT_THAT(unit.needs, IsEmpty());
    EXPECT_THAT(unit.follows, IsEmpty());
    EXPECT_FALSE(unit.circular);
  }
}

TEST(BulkPlan, PutsTheCreatorFirstWhereverItStands) {
  const auto units = plan_bulk(good(R"([
    {"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"g","members":[{"value":"bulkId:u"}]}},
    {"method":"POST","path":"/Users","bulkId":"u","data":{"userName":"u"}}])"));
  ASSERT_EQ(units.size(), 2U);
  EXPECT_THAT(units[0].needs, ElementsAre(1U));
  EXPECT_THAT(units[1].needs, IsEmpty());
}

TEST(BulkPlan, KeepsChangesOfOneResourceInOrder) {
  const auto units = plan_bulk(good(R"([
    {"method":"PATCH","path":"/Groups/G","data":{"Operations":[]}},
    {"method":"PATCH","path":"/groups/g","data":{"Operations":[]}},
    {"method":"DELETE","path":"/Users/u"},
    {"method":"PATCH","path":"/Groups/h","data":{"Operations":[{"op":"add","path":"members","value":[{"value":"U"}]}]}},
    {"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"Ann"}},
    {"method":"POST","path":"/Users","bulkId":"b","data":{"username":"ann"}}])"));
  ASSERT_EQ(units.size(), 6U);
  EXPECT_THAT(units[1].follows, ElementsAre(0U));
  EXPECT_THAT(units[3].follows, ElementsAre(2U)) << "the member is deleted before";
  EXPECT_THAT(units[4].follows, ElementsAre(2U)) << "the delete may free the name";
  EXPECT_THAT(units[5].follows, ElementsAre(2U, 4U));
}

TEST(BulkPlan, GathersCircles) {
  const auto units = plan_bulk(good(R"([
    {"method":"POST","path":"/Groups","bulkId":"a","data":{"displayName":"a","members":[{"value":"bulkId:b"}]}},
    {"method":"POST","path":"/Groups","bulkId":"self","data":{"displayName":"s","members":[{"value":"bulkId:self"}]}},
    {"method":"POST","path":"/Groups","bulkId":"b","data":{"displayName":"b","members":[{"value":"bulkId:a"}]}},
    {"method":"PATCH","path":"/Groups/bulkId:b","data":{"Operations":[]}}])"));
  ASSERT_EQ(units.size(), 3U);
  EXPECT_THAT(units[0].operations, ElementsAre(0U, 2U));
  EXPECT_TRUE(units[0].circular);
  EXPECT_TRUE(units[1].circular);
  EXPECT_FALSE(units[2].circular);
  EXPECT_THAT(units[2].needs, ElementsAre(0U));
}

}  // namespace
}  // namespace dirbridge::scim
