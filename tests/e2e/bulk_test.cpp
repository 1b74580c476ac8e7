// Bulk (RFC 7644 3.7) over real sockets: what is in the directory afterwards, and an answer for each
// operation.
#include <gmock/gmock.h>

#include <chrono>

#include "e2e/scenario.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

json::object user_post(const std::string& bulk_id, const std::string& name, const json::object& more = {}) {
  return {{"method", "POST"}, {"path", "/Users"}, {"bulkId", bulk_id}, {"data", user_resource(name, more)}};
}

json::object group_post(const std::string& bulk_id, const std::string& name,
                        const std::vector<std::string>& members) {
  const json::object data = {{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                             {"displayName", name},
                             {"members", member_values(members)}};
  return {{"method", "POST"}, {"path", "/Groups"}, {"bulkId", bulk_id}, {"data", data}};
}

json::object change(const std::string& method, const std::string& path, const json::value& data = nullptr) {
  json::object out{{"method", method}, {"path", path}};
  if (!data.is_null()) out["data"] = data;
  return out;
}

class Bulk : public Scenario {
 protected:
  json::array bulk(const json::array& operations, const json::object& more = {}) {
    json::object body{{"schemas", {"urn:ietf:params:scim:api:messages:2.0:BulkRequest"}},
                      {"Operations", operations}};
    for (const auto& member : more) body[member.key()] = member.value();
    const auto answer = client_.post("/Bulk", body);
    expect_status(answer, 200);
    EXPECT_EQ(answer.json.at("schemas").at(0).as_string(),
              "urn:ietf:params:scim:api:messages:2.0:BulkResponse");
    return answer.json.at("Operations").as_array();
  }
  static std::vector<std::string> statuses(const json::array& answers) {
    std::vector<std::string> out;
    for (const auto& answer : answers) out.emplace_back(answer.at("status").as_string());
    return out;
  }
  static std::string id_in(const json::value& answer) {
    const std::string location(answer.at("location").as_string());
    return location.substr(location.rfind('/') + 1);
  }
};

TEST_F(Bulk, AnswersEachOperation) {
  const auto bob = create_user(client_, "bob");
  const auto cay = create_user(client_, "cay");
  const auto answers =
      bulk({user_post("a", "ann"), change("PUT", "/Users/" + bob, user_resource("bob", {{"title", "Boss"}})),
            change("PATCH", "/Users/" + bob, patch_message(replace("nickName", "Bobby"))),
            change("DELETE", "/Users/" + cay)});
  EXPECT_THAT(statuses(answers), ElementsAre("201", "200", "200", "204"));
  EXPECT_EQ(answers[0].at("bulkId").as_string(), "a");
  EXPECT_EQ(answers[0].at("method").as_string(), "POST");
  const auto ann = client_.get("/Users/" + id_in(answers[0]));
  EXPECT_EQ(ann.json.at("meta").at("location"), answers[0].at("location"));
  EXPECT_EQ(ann.json.at("meta").at("version"), answers[0].at("version"));
  EXPECT_THAT(values(directory(), site_.user_dn("bob"), "title"), ElementsAre("Boss"));
  EXPECT_EQ(client_.get("/Users/" + bob).text("nickName"), "Bobby");
  EXPECT_EQ(client_.get("/Users/" + cay).status, 404);
  EXPECT_THAT(values(directory(), site_.user_dn("cay"), "dirbridgeActive"), ElementsAre("FALSE"));
}

TEST_F(Bulk, T70_ResolvesReferencesForwardsAndBackwards) {
  const auto enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  const auto answers = bulk({group_post("g", "devs", {"bulkId:a", "bulkId:b"}), user_post("a", "ann"),
                             user_post("b", "bob", {{enterprise, {{"manager", {{"value", "bulkId:a"}}}}}}),
                             change("PATCH", "/Users/bulkId:a", patch_message(replace("title", "Lead"))),
                             group_post("h", "ops", {"bulkId:b"})});
  ASSERT_THAT(statuses(answers), ElementsAre("201", "201", "201", "200", "201"));
  EXPECT_THAT(members("devs"), UnorderedElementsAre(dn_of("ann"), dn_of("bob")));
  EXPECT_THAT(members("ops"), ElementsAre(dn_of("bob")));
  EXPECT_EQ(client_.get("/Users/" + id_in(answers[2])).json.at(enterprise).at("manager").at("value"),
            json::value(id_in(answers[1])));
  EXPECT_THAT(values(directory(), site_.user_dn("ann"), "title"), ElementsAre("Lead"));
  EXPECT_THAT(values(directory(), site_.group_dn("devs"), "dirbridgePendingMember"), testing::IsEmpty());
}

TEST_F(Bulk, ResolvesCircles) {
  const auto enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  const auto boss = [&](const std::string& of) {
    return json::object{{enterprise, {{"manager", {{"value", "bulkId:" + of}}}, {"department", "D"}}}};
  };
  const auto answers = bulk({group_post("a", "first", {"bulkId:b", "bulkId:u"}),
                             group_post("b", "second", {"bulkId:a"}), group_post("s", "itself", {"bulkId:s"}),
                             user_post("u", "ann", boss("v")), user_post("v", "bob", boss("u"))});
  ASSERT_THAT(statuses(answers), ElementsAre("201", "201", "201", "201", "201"));
  EXPECT_THAT(members("first"), UnorderedElementsAre(site_.group_dn("second").str(), dn_of("ann")));
  EXPECT_THAT(members("second"), ElementsAre(site_.group_dn("first").str()));
  EXPECT_THAT(members("itself"), ElementsAre(site_.group_dn("itself").str()));
  for (const auto& [who, whose] : {std::pair(3, 4), std::pair(4, 3)}) {
    const auto user = client_.get("/Users/" + id_in(answers[static_cast<std::size_t>(who)]));
    EXPECT_EQ(user.json.at(enterprise).at("manager").at("value"),
              json::value(id_in(answers[static_cast<std::size_t>(whose)])));
    EXPECT_EQ(user.json.at(enterprise).at("department"), "D");
    EXPECT_EQ(user.json.at("meta").at("version"), answers[static_cast<std::size_t>(who)].at("version"));
  }
}

TEST_F(Bulk, T70_LeavesNothingHalfDoneOfABrokenCircle) {
  create_user(client_, "taken");
  const auto before = dump(directory(), site_.user_base) + dump(directory(), site_.group_base);
  const auto answers =
      bulk({group_post("a", "first", {"bulkId:b"}), group_post("b", "second", {"bulkId:a", "bulkId:u"}),
            user_post("u", "taken"), group_post("c", "third", {"bulkId:nobody"})});
  EXPECT_THAT(statuses(answers), ElementsAre("409", "409", "409", "400"));
  EXPECT_THAT(std::string(answers[0].at("response").at("detail").as_string()), HasSubstr("bulkId:"));
  EXPECT_FALSE(answers[0].as_object().contains("location")) << "a POST that failed has none";
  EXPECT_EQ(answers[2].at("response").at("scimType").as_string(), "uniqueness");
  EXPECT_EQ(dump(directory(), site_.user_base) + dump(directory(), site_.group_base), before);
}

TEST_F(Bulk, WhatWasCreatedForABrokenCircleIsUndone) {
  const auto enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  const auto boss = [&](const std::string& of) {
    return json::object{{enterprise, {{"manager", {{"value", "bulkId:" + of}}}}}};
  };
  create_user(client_, "taken");
  expect_status(client_.remove("/Users/" + create_user(client_, "cay")), 204);
  const std::vector<std::string> when{"20260101000000Z"};
  const directory::Modify long_ago{site_.user_dn("cay"),
                                   {{directory::Modification::Op::Replace, "dirbridgeDeleted", when}},
                                   false,
                                   std::nullopt};
  ASSERT_TRUE(directory().apply({long_ago, "test"}, {}, deadline_in(std::chrono::seconds(10))));
  const auto before = dump(directory(), site_.user_base) + dump(directory(), site_.group_base);
  const auto good = user_post("u", "ann", boss("v"));
  const auto bad = user_post("v", "taken", boss("u"));
  const auto good_group = group_post("g", "devs", {"bulkId:h"});
  const auto bad_group = group_post("h", "", {"bulkId:g"});
  EXPECT_THAT(statuses(bulk({good, bad})), ElementsAre("409", "409"));
  EXPECT_THAT(statuses(bulk({bad, good})), ElementsAre("409", "409"));
  EXPECT_THAT(statuses(bulk({good_group, bad_group})), ElementsAre("409", "400"));
  EXPECT_THAT(statuses(bulk({bad_group, good_group})), ElementsAre("400", "409"));
  EXPECT_EQ(dump(directory(), site_.user_base) + dump(directory(), site_.group_base), before);
  const auto returning = user_post("u", "cay", boss("v"));
  EXPECT_THAT(statuses(bulk({returning, bad})), ElementsAre("409", "409"));
  EXPECT_THAT(statuses(bulk({bad, returning})), ElementsAre("409", "409"));
  EXPECT_EQ(values(directory(), site_.user_dn("cay"), "dirbridgeDeleted"), when);
  EXPECT_THAT(values(directory(), site_.user_dn("cay"), "dirbridgeActive"), ElementsAre("FALSE"));
}

TEST_F(Bulk, GoesOnAfterErrorsUnlessToldOtherwise) {
  const json::array operations{user_post("a", "ann"), change("DELETE", "/Users/nobody"),
                               change("GET", "/Users/x"), user_post("b", "ann"), user_post("c", "cay")};
  EXPECT_THAT(statuses(bulk(operations)), ElementsAre("201", "404", "400", "409", "201"));
  const auto stopped = bulk({user_post("a", "dan"), change("DELETE", "/Users/nobody"),
                             change("POST", "/Nothing"), user_post("d", "eve")},
                            {{"failOnErrors", 2}});
  EXPECT_THAT(statuses(stopped), ElementsAre("201", "404", "400"));
  EXPECT_TRUE(exists(directory(), site_.user_dn("dan")));
  EXPECT_FALSE(exists(directory(), site_.user_dn("eve")));
}

TEST_F(Bulk, ChecksVersions) {
  const auto bob = create_user(client_, "bob");
  const auto version = client_.get("/Users/" + bob).json.at("meta").at("version");
  auto first = change("PATCH", "/Users/" + bob, patch_message(replace("title", "A")));
  first["version"] = version;
  auto second = change("DELETE", "/Users/" + bob);
  second["version"] = version;
  EXPECT_THAT(statuses(bulk({first, second})), ElementsAre("200", "412"));
  EXPECT_TRUE(exists(directory(), site_.user_dn("bob")));
}

TEST_F(Bulk, LosesNoMemberOfOneGroup) {
  const auto group = create_group(client_, "devs");
  json::array operations;
  std::vector<std::string> wanted;
  for (int i = 0; i < 60; ++i) {
    const auto name = "user" + std::to_string(i);
    operations.push_back(user_post(name, name));
    operations.push_back(change("PATCH", "/Groups/" + group, patch_message(add_members({"bulkId:" + name}))));
    if (i % 3 == 0)
      operations.push_back(
          change("PATCH", "/Groups/" + group, patch_message(remove_members({"bulkId:" + name}))));
    else
      wanted.push_back(dn_of(name));
  }
  for (const auto& status : statuses(bulk(operations))) EXPECT_EQ(status[0], '2');
  EXPECT_THAT(members("devs"), testing::UnorderedElementsAreArray(wanted));
}

TEST_F(Bulk, TakesANameThatWasFreedBefore) {
  const auto old = create_user(client_, "ann");
  const auto answers = bulk({change("DELETE", "/Users/" + old), user_post("a", "ann")});
  ASSERT_THAT(statuses(answers), ElementsAre("204", "201"));
  EXPECT_EQ(id_in(answers[1]), old) << "who was deleted comes back";
}

TEST_F(Bulk, CreatesAThousandUsersAtOnce) {
  json::array operations;
  for (int i = 0; i < 1000; ++i)
    operations.push_back(user_post("u" + std::to_string(i), "u" + std::to_string(i)));
  const auto answers = bulk(operations);
  ASSERT_EQ(answers.size(), 1000U);
  for (const auto& status : statuses(answers)) ASSERT_EQ(status, "201");
  EXPECT_EQ(client_.get("/Users?count=0").json.at("totalResults"), 1000);
  operations.push_back(user_post("more", "more"));
  const auto refused = client_.post("/Bulk", json::object{{"Operations", operations}});
  EXPECT_EQ(refused.status, 413);
  EXPECT_THAT(refused.text("detail"), HasSubstr("maxOperations"));
}

TEST_F(Bulk, IsAdvertisedWithItsLimits) {
  const auto bulk = client_.get("/ServiceProviderConfig").json.at("bulk");
  EXPECT_EQ(bulk.at("supported"), true);
  EXPECT_EQ(bulk.at("maxOperations"), 1000);
  const auto most = bulk.at("maxPayloadSize").to_number<std::size_t>();
  const auto answer = client_.try_send("POST", "/Bulk", {}, std::string(most + 1, ' '),
                                       deadline_in(std::chrono::seconds(60)));
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 413);
  EXPECT_THAT(answer->text("detail"), HasSubstr(std::to_string(most)));
}

}  // namespace
}  // namespace dirbridge::e2e
