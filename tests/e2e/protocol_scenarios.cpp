// Connections, tokens, base paths, discovery, entity tags, projections.
#include <gmock/gmock.h>

#include "e2e/scenario.hpp"

namespace dirbridge::e2e {
namespace {

using namespace std::chrono_literals;

class ProtocolScenario : public Scenario {
 protected:
  Answer send(const std::string& method, const std::string& path, const http::Headers& headers) {
    auto answer = client_.try_send(method, path, headers, {}, deadline_in(30s));
    if (!answer) throw std::runtime_error(answer.error().detail);
    return std::move(*answer);
  }
};

TEST_F(ProtocolScenario, ConnectionsDoNotSeeEachOther) {
  const auto& other = next_site();
  const auto ann = create_user(client_, "ann");
  EXPECT_EQ(other.client().get("/Users/" + ann).status, 404);
  EXPECT_EQ(other.client().get("/Users").json.at("totalResults"), 0);
  EXPECT_EQ(ScimClient(other.scim_url, site_.token).get("/Users").status, 401)
      << "a token is for one connection";
  EXPECT_EQ(other.client().remove("/Users/" + ann).status, 404);
  EXPECT_TRUE(exists(directory(), site_.user_dn("ann")));
}

TEST_F(ProtocolScenario, R22_AliasBasePathServesTheSame) {
  const auto ann = create_user(client_, "ann");
  const auto origin = site_.scim_url.substr(0, site_.scim_url.find("/scim/"));
  for (const auto* path : {"/plugins/servlet/usersync/scim", "/plugins/servlet/usersync/scim/v2"}) {
    const auto answer = ScimClient(origin + path, site_.token).get("/Users/" + ann);
    EXPECT_EQ(answer.text("id"), ann) << path;
    EXPECT_EQ(answer.json.at("meta").at("location").as_string(), origin + path + "/Users/" + ann);
  }
}

TEST_F(ProtocolScenario, SlashesAndParameterNamesAreForgiven) {
  create_user(client_, "ann");
  EXPECT_EQ(client_.get("/Users/").json.at("totalResults"), 1);
  EXPECT_EQ(client_.get("//Users").json.at("totalResults"), 1);
  EXPECT_EQ(client_.get("/Users/?startindex=0&COUNT=1&unknown=x").json.at("totalResults"), 1);
}

TEST_F(ProtocolScenario, DiscoveryIsComplete) {
  const auto config = client_.get("/ServiceProviderConfig");
  EXPECT_EQ(config.status, 200);
  EXPECT_EQ(config.json.at("patch").at("supported"), true);
  EXPECT_EQ(config.json.at("filter").at("supported"), true);
  const auto types = client_.get("/ResourceTypes");
  EXPECT_EQ(types.json.at("totalResults"), 2);
  EXPECT_EQ(client_.get("/ResourceTypes/User").status, 200);
  const auto schemas = client_.get("/Schemas");
  EXPECT_EQ(schemas.status, 200);
  for (const auto& schema : schemas.json.at("Resources").as_array()) {
    const std::string id(schema.at("id").as_string());
    EXPECT_EQ(client_.get("/Schemas/" + id).text("id"), id);
  }
  EXPECT_EQ(client_.get("/Schemas/urn:none").status, 404);
}

TEST_F(ProtocolScenario, EntityTagsGuardChanges) {
  const auto ann = create_user(client_, "ann");
  const auto first = client_.get("/Users/" + ann);
  const auto* tag = first.headers.find("ETag");
  ASSERT_NE(tag, nullptr);
  EXPECT_EQ(first.json.at("meta").at("version").as_string(), std::string_view(*tag));
  http::Headers same;
  same.set("If-None-Match", *tag);
  const auto unchanged = send("GET", "/Users/" + ann, same);
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.body, "");
  expect_status(client_.patch("/Users/" + ann, replace("title", "new")), 200);
  EXPECT_EQ(send("GET", "/Users/" + ann, same).status, 200) << "it has changed since";
  http::Headers stale;
  stale.set("If-Match", *tag);
  EXPECT_EQ(send("DELETE", "/Users/" + ann, stale).status, 412);
  EXPECT_TRUE(exists(directory(), site_.user_dn("ann")));
}

TEST_F(ProtocolScenario, ProjectionsApplyToEveryAnswer) {
  const auto created =
      client_.post("/Users?attributes=userName",
                   user_resource("ann", {{"displayName", "Ann"}, {"name", {{"givenName", "Ann"}}}}));
  expect_status(created, 201);
  EXPECT_TRUE(created.json.as_object().contains("id"));
  EXPECT_FALSE(created.json.as_object().contains("displayName"));
  const auto one = client_.get("/Users/" + created.text("id") + "?excludedAttributes=name.givenName,ID");
  EXPECT_EQ(one.text("id"), created.text("id")) << "the id is always returned";
  EXPECT_EQ(one.text("displayName"), "Ann");
  EXPECT_FALSE(one.json.as_object().contains("name"));
}

TEST_F(ProtocolScenario, MediaTypesAreForgiven) {
  http::Headers headers;
  headers.set("Content-Type", "application/json; charset=utf-8");
  headers.set("Accept", "text/html, application/*;q=0.8");
  const auto made = client_.try_send("POST", "/Users", headers, boost::json::serialize(user_resource("ann")),
                                     deadline_in(30s));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->status, 201) << made->body;
  ASSERT_NE(made->headers.find("Content-Type"), nullptr);
  EXPECT_EQ(*made->headers.find("Content-Type"), "application/scim+json");
}

TEST_F(ProtocolScenario, AdminPortTellsHealth) {
  const auto client = http::make_client({});
  for (const auto* path : {"/healthz", "/readyz", "/metrics"}) {
    const auto answer = client->send({"GET", bridge().admin_url() + path, {}, {}}, deadline_in(30s));
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, 200) << path;
  }
}

}  // namespace
}  // namespace dirbridge::e2e
