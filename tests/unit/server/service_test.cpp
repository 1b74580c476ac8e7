#include "server/service.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "base/secret.hpp"
#include "server/token_file.hpp"

// The pipeline in front of the operations: paths, tokens, media types, discovery. Resources are recorded, not
// stored: what they do is tested against a directory.

namespace dirbridge::server {
namespace {

namespace json = boost::json;

using provision::Members;
using provision::Opened;
using provision::Page;
using provision::Patched;
using provision::Precondition;
using provision::Query;

class RecordingResources final : public provision::Resources {
 public:
  explicit RecordingResources(const scim::ResourceType& type) : type_(type) {}
  const scim::ResourceType& type() const override { return type_; }
  Result<json::object> create(json::value, Deadline) override { return resource("new"); }
  Result<json::object> find(std::string_view id, Members members, Deadline) override {
    asked_ = members;
    return resource(id);
  }
  Result<Opened> replace(std::string_view id, json::value, const Precondition& p, Deadline) override {
    precondition_ = p.version;
    return Opened{resource(id)};
  }
  Result<Patched> patch(std::string_view id, json::value, const Precondition&, Members members,
                        Deadline) override {
    asked_ = members;
    return Patched{resource(id), members != Members::Leave};
  }
  Result<> remove(std::string_view, const Precondition&, Deadline) override {
    return error(ErrorKind::Unavailable, "the directory is away");
  }
  Result<Page> list(const Query& query, Deadline) override {
    query_ = query;
    return Page{{resource("a")}, 7};
  }

  Members asked_ = Members::Load;
  std::string precondition_;
  Query query_;

 private:
  static json::object resource(std::string_view id) {
    return {{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
            {"id", id},
            {"userName", "bob"},
            {"meta", {{"version", "W/\"1\""}}}};
  }
  const scim::ResourceType& type_;
};

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    char pattern[] = "/tmp/dirbridge-service-XXXXXX";
    folder_ = mkdtemp(pattern);
    const auto file = (folder_ / "tokens.json").string();
    token_ = add_token(file, "test", SystemClock().now()).value().token;
    tokens_ = std::make_unique<TokenStore>(std::map<std::string, std::string>{{"okta", file}});
    std::map<std::string, Connection, std::less<>> connections;
    auto users = std::make_unique<RecordingResources>(scim::standard_catalog().user);
    auto groups = std::make_unique<RecordingResources>(scim::standard_catalog().group);
    users_ = users.get();
    groups_ = groups.get();
    connections.emplace("okta", Connection{"okta", std::move(users), std::move(groups),
                                           GroupPatchAnswer::WhenSmall, 100, 500});
    service_ =
        std::make_unique<Service>(ServiceSettings{"/scim", {"/plugins/servlet/usersync/scim"}, "", 10'000},
                                  scim::standard_catalog(), *tokens_, std::move(connections));
  }
  ~ServiceTest() override { std::filesystem::remove_all(folder_); }

  http::Response ask(const std::string& method, const std::string& path, const std::string& body = {},
                     std::vector<std::pair<std::string, std::string>> headers = {}) {
    http::Request request;
    request.method = method;
    request.target_text = path;
    request.target = http::parse_target(path).value();
    request.body = body;
    request.headers.set("Host", "bridge.example");
    request.headers.set("Authorization", "Bearer " + token_);
    for (auto& [name, value] : headers) request.headers.set(name, value);
    return service_->handle(request, deadline_in(std::chrono::seconds(5)));
  }
  static std::string header(const http::Response& response, const char* name) {
    const auto* value = response.headers.find(name);
    return value ? *value : "";
  }
  static json::object body(const http::Response& response) { return json::parse(response.body).as_object(); }

  std::filesystem::path folder_;
  std::string token_;
  std::unique_ptr<TokenStore> tokens_;
  RecordingResources* users_ = nullptr;
  RecordingResources* groups_ = nullptr;
  std::unique_ptr<Service> service_;
};

TEST_F(ServiceTest, AnswersBelowEveryBasePath) {
  for (const auto* base : {"/scim/okta/v2", "/scim/okta", "/scim//okta/v2/", "/plugins/servlet/usersync/scim",
                           "/plugins/servlet/usersync/scim/v2"})
    EXPECT_EQ(ask("GET", std::string(base) + "/Users/1").status, 200) << base;
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users/1/").status, 200);
  for (const auto* base : {"/scim/okta/v1", "/plugins/servlet/usersync/scim/v1"}) {
    const auto v1 = ask("GET", std::string(base) + "/Users/1");
    EXPECT_EQ(v1.status, 200) << base;
    EXPECT_EQ(header(v1, "Content-Type"), "application/json");
    EXPECT_EQ(header(v1, "Location"), "http://bridge.example" + std::string(base) + "/Users/1");
    EXPECT_EQ(body(v1).at("schemas").at(0).as_string(), "urn:scim:schemas:core:1.0");
  }
  EXPECT_EQ(ask("GET", "/other").status, 404);
}

TEST_F(ServiceTest, LocationIsBelowThePathThatWasUsed) {
  const auto made = ask("POST", "/plugins/servlet/usersync/scim/Users", "{}");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(header(made, "Location"), "http://bridge.example/plugins/servlet/usersync/scim/Users/new");
  EXPECT_EQ(std::string(body(made).at("meta").at("location").as_string()), header(made, "Location"));
  EXPECT_EQ(header(made, "ETag"), "W/\"1\"");
  EXPECT_EQ(header(made, "Content-Type"), "application/scim+json");
}

TEST_F(ServiceTest, WantsTheConnectionsToken) {
  const auto none = ask("GET", "/scim/okta/v2/Users", "", {{"Authorization", ""}});
  EXPECT_EQ(none.status, 401);
  EXPECT_EQ(header(none, "WWW-Authenticate"), "Bearer realm=\"dirbridge\"");
  EXPECT_EQ(body(none).at("status"), "401");
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users", "", {{"Authorization", "Bearer wrong"}}).status, 401);
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users", "", {{"Authorization", "Basic " + token_}}).status, 401);
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users", "", {{"Authorization", "bearer " + token_}}).status, 200);
  EXPECT_EQ(ask("GET", "/scim/entra/v2/Users").status, 401);
  EXPECT_EQ(ask("GET", "/scim/okta/v2/ServiceProviderConfig", "", {{"Authorization", ""}}).status, 401);
}

TEST_F(ServiceTest, NamesMethodsAndMissingEndpoints) {
  const auto wrong = ask("DELETE", "/scim/okta/v2/Schemas", "not json");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(header(wrong, "Allow"), "GET");
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Nope").status, 404);
  EXPECT_EQ(ask("GET", "/scim/okta/v2").status, 404);
  EXPECT_EQ(ask("POST", "/scim/okta/v2/Bulk", "{}").status, 400);
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Me").status, 501);
}

TEST_F(ServiceTest, ReadsTheTwoJsonTypesAndNoOther) {
  for (const auto* type :
       {"application/json", "application/scim+json", "application/scim+json; charset=utf-8", ""})
    EXPECT_EQ(ask("POST", "/scim/okta/v2/Users", "{}", {{"Content-Type", type}}).status, 201) << type;
  EXPECT_EQ(ask("POST", "/scim/okta/v2/Users", "{}", {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(ask("POST", "/scim/okta/v2/Users", "{").status, 400);
  EXPECT_EQ(ask("POST", "/scim/okta/v2/Users", "\"" + std::string(20'000, 'x') + "\"").status, 413);
}

TEST_F(ServiceTest, ListsWithinBounds) {
  const auto listed = ask("GET", "/scim/okta/v2/Users?startindex=3&count=9999&filter=userName+eq+%22a%22");
  ASSERT_EQ(listed.status, 200);
  EXPECT_EQ(users_->query_.start_index, 3U);
  EXPECT_EQ(users_->query_.count, 500U);
  EXPECT_EQ(users_->query_.filter_text, "userName eq \"a\"");
  EXPECT_EQ(body(listed).at("totalResults"), 7);
  EXPECT_EQ(body(listed).at("itemsPerPage"), 1);
  EXPECT_EQ(body(listed).at("startIndex"), 3);
  ask("GET", "/scim/okta/v2/Users?startIndex=-5&count=-1");
  EXPECT_EQ(users_->query_.start_index, 1U);
  EXPECT_EQ(users_->query_.count, 0U);
  ask("GET", "/scim/okta/v2/Users");
  EXPECT_EQ(users_->query_.count, 100U);
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users?count=ten").status, 400);
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users?filter=").status, 400);
}

TEST_F(ServiceTest, LoadsMembersOnlyWhenTheyAreWanted) {
  ask("GET", "/scim/okta/v2/Groups/1?excludedAttributes=members");
  EXPECT_EQ(groups_->asked_, Members::Leave);
  ask("GET", "/scim/okta/v2/Groups/1?attributes=displayName");
  EXPECT_EQ(groups_->asked_, Members::Leave);
  ask("GET", "/scim/okta/v2/Groups/1");
  EXPECT_EQ(groups_->asked_, Members::Load);
}

TEST_F(ServiceTest, AnswersAPatchAsTheClientPrefers) {
  const std::string path = "/scim/okta/v2/Groups/1";
  EXPECT_EQ(ask("PATCH", path, "{}").status, 200);
  EXPECT_EQ(groups_->asked_, Members::LoadFew);
  const auto minimal = ask("PATCH", path, "{}", {{"Prefer", "respond-async, return=minimal"}});
  EXPECT_EQ(minimal.status, 204);
  EXPECT_TRUE(minimal.body.empty());
  EXPECT_EQ(header(minimal, "ETag"), "W/\"1\"");
  ask("PATCH", path, "{}", {{"Prefer", "return=representation"}});
  EXPECT_EQ(groups_->asked_, Members::Load);
  EXPECT_EQ(ask("PATCH", path + "?attributes=displayName", "{}", {{"Prefer", "return=minimal"}}).status, 200);
}

TEST_F(ServiceTest, HonoursEntityTags) {
  ask("PUT", "/scim/okta/v2/Users/1", "{}", {{"If-Match", "W/\"1\""}});
  EXPECT_EQ(users_->precondition_, "W/\"1\"");
  const auto same = ask("GET", "/scim/okta/v2/Users/1", "", {{"If-None-Match", "W/\"0\", W/\"1\""}});
  EXPECT_EQ(same.status, 304);
  EXPECT_TRUE(same.body.empty());
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users/1", "", {{"If-None-Match", "W/\"0\""}}).status, 200);
}

TEST_F(ServiceTest, SaysWhenToComeBack) {
  const auto away = ask("DELETE", "/scim/okta/v2/Users/1");
  EXPECT_EQ(away.status, 503);
  EXPECT_THAT(header(away, "Retry-After"), testing::MatchesRegex("[0-9]+"));
}

TEST_F(ServiceTest, DescribesItself) {
  for (const auto* path : {"/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/User", "/Schemas",
                           "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
                           "/Schemas/URN:ietf:params:scim:schemas:core:2.0:group"})
    EXPECT_EQ(ask("GET", std::string("/scim/okta/v2") + path).status, 200) << path;
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Schemas/urn:none").status, 404);
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Schemas?filter=id+pr").status, 403);
  const auto types = body(ask("GET", "/scim/okta/v2/ResourceTypes"));
  EXPECT_EQ(types.at("totalResults"), 2);
  EXPECT_EQ(types.at("Resources").as_array().at(0).at("meta").at("location"),
            "http://bridge.example/scim/okta/v2/ResourceTypes/User");
}

TEST_F(ServiceTest, EchoesARequestIdThatIsHarmless) {
  EXPECT_EQ(header(ask("GET", "/scim/okta/v2/Users", "", {{"X-Request-Id", "abc-1"}}), "X-Request-Id"),
            "abc-1");
  EXPECT_NE(
      header(ask("GET", "/scim/okta/v2/Users", "", {{"X-Request-Id", std::string(65, 'x')}}), "X-Request-Id"),
      std::string(65, 'x'));
}

}  // namespace
}  // namespace dirbridge::server
