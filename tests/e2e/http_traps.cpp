// Traps of headers and bodies (tests/traps.md), over real sockets.
#include <gmock/gmock.h>

#include "e2e/scenario.hpp"

namespace dirbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

class HttpTrap : public Scenario {
 protected:
  Answer send(const std::string& method, const std::string& path, const http::Headers& headers,
              const std::string& body = {}) {
    auto answer = client_.try_send(method, path, headers, body, deadline_in(std::chrono::seconds(30)));
    if (!answer) throw std::runtime_error(answer.error().detail);
    return std::move(*answer);
  }
  static std::string type_of(const Answer& answer) {
    const auto* type = answer.headers.find("Content-Type");
    return type == nullptr ? std::string() : *type;
  }
};

TEST_F(HttpTrap, T61_WhateverIsAcceptedIsAnswered) {
  const auto ann = create_user(client_, "ann");
  for (const auto* accept :
       {"application/json", "application/scim+json", "*/*", "application/*", "text/html, */*;q=0.1",
        "application/scim+json; charset=utf-8", "", "text/plain", "nonsense"}) {
    http::Headers headers;
    headers.set("Accept", accept);
    EXPECT_EQ(send("GET", "/Users", headers).status, 200) << accept;
    EXPECT_EQ(send("GET", "/Users/" + ann, headers).status, 200) << accept;
    EXPECT_EQ(send("GET", "/ServiceProviderConfig", headers).status, 200) << accept;
  }
  EXPECT_EQ(send("GET", "/Users", {}).status, 200) << "neither Accept nor Content-Type";
  http::Headers announced;
  announced.set("Content-Type", "text/plain");
  EXPECT_EQ(send("GET", "/Users", announced).status, 200) << "a type without a body says nothing";
}

TEST_F(HttpTrap, T62_EveryAnswerIsScimJson) {
  const auto ann = create_user(client_, "ann");
  const auto group = create_group(client_, "devs");
  EXPECT_EQ(type_of(client_.get("/Users")), "application/scim+json");
  EXPECT_EQ(type_of(client_.get("/Users/" + ann)), "application/scim+json");
  EXPECT_EQ(type_of(client_.get("/Users/none")), "application/scim+json");
  EXPECT_EQ(type_of(client_.get("/nothing/here")), "application/scim+json");
  EXPECT_EQ(type_of(client_.get("/Schemas")), "application/scim+json");
  EXPECT_EQ(type_of(client_.post("/Users", user_resource("ann"))), "application/scim+json");
  EXPECT_EQ(type_of(client_.patch("/Users/" + ann, replace("title", "x"))), "application/scim+json");
  EXPECT_EQ(type_of(client_.patch("/Groups/" + group, replace("displayName", "x"))), "application/scim+json");
  EXPECT_EQ(type_of(send("DELETE", "/Users", {})), "application/scim+json") << "405";
  EXPECT_EQ(type_of(ScimClient(site_.scim_url, Secret("wrong")).get("/Users")), "application/scim+json");
}

TEST_F(HttpTrap, T64_NullsAndEmptyListsAreNoValues) {
  const auto made = client_.post("/Users", user_resource("ann", {{"addresses", nullptr},
                                                                 {"title", nullptr},
                                                                 {"roles", boost::json::array()},
                                                                 {"name", nullptr},
                                                                 {"displayName", ""}}));
  EXPECT_EQ(made.status, 201) << made.body;
  for (const auto* name : {"addresses", "title", "roles", "name", "displayName"})
    EXPECT_FALSE(made.json.as_object().contains(name)) << name;
}

TEST_F(HttpTrap, T65_NamesInAnyCaseAreStored) {
  const auto made = send(
      "POST", "/Users", {},
      R"({"Schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"UserName":"ann","NAME":{"FamilyName":"Lee"},)"
      R"("Emails":[{"Value":"a@example.org","Primary":true,"Type":"work"}],)"
      R"("URN:ietf:params:scim:schemas:extension:enterprise:2.0:user":{"Department":"R"}})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.text("userName"), "ann");
  EXPECT_EQ(made.json.at("name").at("familyName"), "Lee");
  EXPECT_EQ(made.json.at("emails").at(0).at("primary"), true);
  EXPECT_EQ(made.json.at("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User").at("department"), "R");
  EXPECT_EQ(values(directory(), site_.user_dn("ann"), "mail"), std::vector<std::string>{"a@example.org"});
}

TEST_F(HttpTrap, T67_ANameIsTakenOnceAndFreeAfterwards) {
  const auto ann = create_user(client_, "ann");
  const auto ben = create_user(client_, "ben");
  const auto expect_taken = [](const Answer& answer) {
    EXPECT_EQ(answer.status, 409) << answer.body;
    EXPECT_EQ(answer.text("scimType"), "uniqueness");
  };
  expect_taken(client_.post("/Users", user_resource("ann")));
  expect_taken(client_.post("/Users", user_resource("ANN")));
  expect_taken(client_.put("/Users/" + ben, user_resource("Ann")));
  expect_taken(client_.patch("/Users/" + ben, replace("userName", "aNN")));
  EXPECT_EQ(client_.get("/Users/" + ben).text("userName"), "ben");
  EXPECT_EQ(client_.patch("/Users/" + ann, replace("userName", "Ann")).status, 200)
      << "its own name in another case";
  expect_status(client_.remove("/Users/" + ann), 204);
  EXPECT_EQ(client_.post("/Users", user_resource("ANN")).status, 201);
  create_group(client_, "devs");
  const boost::json::value again = {{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                                    {"displayName", "DEVS"}};
  expect_taken(client_.post("/Groups", again));
}

TEST_F(HttpTrap, T68_APasswordIsTakenAndNeverShown) {
  const std::string secret = "s3cret-of-" + site_.name + "-x";
  const std::string next = "n3xt-of-" + site_.name + "-x";
  std::string answers;
  const auto keep = [&](const Answer& answer) {
    answers += answer.body;
    for (const auto& [name, value] : answer.headers) answers += name + value;
    return answer;
  };
  const auto made = keep(client_.post("/Users", user_resource("ann", {{"password", secret}})));
  ASSERT_EQ(made.status, 201) << made.body;
  const auto path = "/Users/" + made.text("id");
  EXPECT_EQ(keep(client_.put(path, user_resource("ann", {{"password", next}}))).status, 200);
  EXPECT_EQ(keep(client_.patch(path, replace("password", secret))).status, 200);
  EXPECT_EQ(
      keep(client_.patch(path, boost::json::array{boost::json::object{
                                   {"op", "replace"}, {"value", {{"password", next}, {"active", true}}}}}))
          .status,
      200);
  keep(client_.get(path + "?attributes=password,userName"));
  keep(client_.get("/Users?attributes=password"));
  keep(client_.find("Users", "password eq \"" + next + "\""));
  keep(client_.post("/Users", user_resource("ann", {{"password", secret}})));
  EXPECT_THAT(answers, Not(HasSubstr("\"password\"")));
  for (const auto& word : {secret, next}) {
    EXPECT_THAT(answers, Not(HasSubstr(word)));
    EXPECT_THAT(bridge().log(), Not(HasSubstr(word)));
    EXPECT_THAT(dump(directory(), site_.user_base), Not(HasSubstr(word)));
    EXPECT_THAT(dump(directory(), site_.bridge_base), Not(HasSubstr(word)));
  }
}

}  // namespace
}  // namespace dirbridge::e2e
