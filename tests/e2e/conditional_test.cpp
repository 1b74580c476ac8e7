// Entity tags (RFC 7644 3.14), preferences (RFC 7240), and names that two connections want at once.
#include <gmock/gmock.h>

#include <latch>
#include <thread>

#include "e2e/steps.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;

class Conditional : public testing::Test {
 public:
  static void SetUpTestSuite() {
    std::vector<SiteOptions> sites;
    for (int i = 0; i < 8; ++i) sites.push_back({"site-" + std::to_string(i), {}, {}});
    // Two identity providers that write to one part of the directory.
    sites.push_back({"one", {}, {}});
    sites.push_back({"two", {{"directory", "one"}}, {}});
    sites.push_back({"secret", {}, {{"password", "hash"}}});
    bridge_ = std::make_unique<Bridge>(
        BridgeOptions{sites, test::fast_slapd_options(), {}, {{"log", {{"level", "debug"}}}}});
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(bridge_->stop(), 0);
    bridge_.reset();
  }

 protected:
  const Site& next_site() { return bridge_->site("site-" + std::to_string(used_++)); }

  static Answer send(ScimClient& client, const std::string& method, const std::string& path,
                     const std::map<std::string, std::string>& headers, const json::value& body = nullptr) {
    http::Headers sent;
    for (const auto& [name, value] : headers) sent.set(name, value);
    auto answer = client.try_send(method, path, sent, body.is_null() ? "" : json::serialize(body),
                                  deadline_in(std::chrono::seconds(30)));
    if (!answer) throw std::runtime_error(answer.error().detail);
    return std::move(*answer);
  }
  static std::string tag_of(const Answer& answer) {
    const auto* tag = answer.headers.find("ETag");
    return tag ? *tag : "";
  }

  static std::unique_ptr<Bridge> bridge_;
  static int used_;
};
std::unique_ptr<Bridge> Conditional::bridge_;
int Conditional::used_ = 0;

TEST_F(Conditional, GroupsOfAUserAreNeverCalledUnchanged) {
  const auto& site = next_site();
  auto client = site.client();
  const auto ann = create_user(client, "ann");
  const auto path = "/Users/" + ann + "?attributes=groups";
  const auto tag = tag_of(client.get(path));
  const auto devs = create_group(client, "devs", {ann});
  const auto shown = send(client, "GET", path, {{"If-None-Match", tag}});
  ASSERT_EQ(shown.status, 200);
  EXPECT_EQ(shown.json.at("groups").as_array().size(), 1U);
  EXPECT_EQ(send(client, "GET", "/Users/" + ann, {{"If-None-Match", tag}}).status, 304);
  const auto members = "/Groups/" + devs + "?attributes=members.display";
  EXPECT_EQ(send(client, "GET", members, {{"If-None-Match", tag_of(client.get(members))}}).status, 200);
}

TEST_F(Conditional, EveryChangeIsGuardedByIfMatch) {
  const auto& site = next_site();
  auto client = site.client();
  for (const auto& path :
       {"/Users/" + create_user(client, "ann"), "/Groups/" + create_group(client, "devs")}) {
    const bool user = path.starts_with("/Users");
    const json::value put = user ? json::value(user_resource("ann", {{"title", "A"}}))
                                 : json::value{{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                                               {"displayName", "devs"},
                                               {"externalId", "g"}};
    const auto patch = patch_message(replace("externalId", "x"));
    const auto old = tag_of(client.get(path));
    ASSERT_EQ(send(client, "PUT", path, {{"If-Match", old}}, put).status, 200);
    const auto now = tag_of(client.get(path));
    ASSERT_NE(now, old);
    const auto before = dump(bridge_->directory(), user ? site.user_base : site.group_base);
    for (const auto& [method, body] :
         {std::pair<std::string, json::value>("PUT", put), {"PATCH", patch}, {"DELETE", nullptr}}) {
      const auto refused = send(client, method, path, {{"If-Match", old}}, body);
      EXPECT_EQ(refused.status, 412) << method;
      EXPECT_EQ(refused.text("status"), "412");
      EXPECT_THAT(refused.text("detail"), HasSubstr("version"));
      EXPECT_EQ(send(client, method, path, {{"If-None-Match", now}}, body).status, 412) << method;
      EXPECT_EQ(send(client, method, path, {{"If-None-Match", "*"}}, body).status, 412) << method;
    }
    EXPECT_EQ(dump(bridge_->directory(), user ? site.user_base : site.group_base), before);
    const auto strong = now.substr(2);  // some clients lose the W/
    const auto patched =
        send(client, "PATCH", path,
             {{"If-Match", "\"other\", " + strong}, {"Prefer", "return=representation"}}, patch);
    EXPECT_EQ(patched.status, 200) << patched.body;
    EXPECT_EQ(send(client, "DELETE", path, {{"If-Match", "*"}, {"If-None-Match", old}}).status, 204);
    EXPECT_EQ(send(client, "DELETE", path, {{"If-Match", "*"}}).status, 404);
  }
}

TEST_F(Conditional, GetIsAnswered304WhileNothingHasChanged) {
  auto client = next_site().client();
  const auto ann = create_user(client, "ann");
  const auto devs = create_group(client, "devs");
  for (const auto& path : {"/Users/" + ann, "/Groups/" + devs}) {
    const auto first = client.get(path);
    const auto tag = tag_of(first);
    EXPECT_EQ(first.json.at("meta").at("version").as_string(), tag);
    for (const auto& wish : {tag, "\"x\", " + tag, tag.substr(2), std::string("*")}) {
      const auto same = send(client, "GET", path, {{"If-None-Match", wish}});
      EXPECT_EQ(same.status, 304) << wish;
      EXPECT_EQ(same.body, "");
      EXPECT_EQ(tag_of(same), tag);
    }
    EXPECT_EQ(send(client, "GET", path, {{"If-None-Match", "\"x\""}}).status, 200);
    expect_success(client.patch(path, replace("externalId", "new")));
    EXPECT_EQ(send(client, "GET", path, {{"If-None-Match", tag}}).status, 200);
  }
  const auto tag = tag_of(client.get("/Groups/" + devs));
  expect_success(client.patch("/Groups/" + devs, add_members({ann})));
  EXPECT_EQ(send(client, "GET", "/Groups/" + devs, {{"If-None-Match", tag}}).status, 200) << "members count";
}

TEST_F(Conditional, PreferMinimalSavesTheBody) {
  auto client = next_site().client();
  const auto expect_minimal = [](const Answer& answer, int status) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.body, "");
    ASSERT_NE(answer.headers.find("Preference-Applied"), nullptr);
    EXPECT_EQ(*answer.headers.find("Preference-Applied"), "return=minimal");
    ASSERT_NE(answer.headers.find("Location"), nullptr);
    EXPECT_NE(answer.headers.find("ETag"), nullptr);
  };
  const std::map<std::string, std::string> minimal{{"Prefer", "respond-async, return=minimal"}};
  const auto made = send(client, "POST", "/Users", minimal, user_resource("ann"));
  expect_minimal(made, 201);
  const auto& location = *made.headers.find("Location");
  const auto path = location.substr(location.rfind("/Users/"));
  EXPECT_EQ(client.get(path).text("userName"), "ann");
  expect_minimal(send(client, "PUT", path, minimal, user_resource("ann", {{"title", "A"}})), 204);
  expect_minimal(send(client, "PATCH", path, minimal, patch_message(replace("title", "B"))), 204);
  EXPECT_EQ(client.get(path).text("title"), "B");
  const auto named =
      send(client, "PATCH", path + "?attributes=title", minimal, patch_message(replace("title", "C")));
  EXPECT_EQ(named.status, 200);
  EXPECT_EQ(named.text("title"), "C");
}

TEST_F(Conditional, ANameOfTwoConnectionsIsTakenOnce) {
  const auto& one = bridge_->site("one");
  const auto& two = bridge_->site("two");
  for (int round = 0; round < 100; ++round) {
    const auto name = "racer" + std::to_string(round);
    std::latch start(2);
    std::vector<Answer> answers(2);
    const auto post = [&](std::size_t i, const Site& site, const std::string& user_name) {
      auto client = site.client();
      client.get("/ServiceProviderConfig");  // the connection is open
      start.arrive_and_wait();
      answers[i] = send(client, "POST", "/Users", {}, user_resource(user_name));
    };
    std::thread first([&] { post(0, one, name); });
    std::thread second([&] { post(1, two, round % 2 == 0 ? name : "RACER" + std::to_string(round)); });
    first.join();
    second.join();
    std::vector<int> statuses{answers[0].status, answers[1].status};
    std::sort(statuses.begin(), statuses.end());
    ASSERT_THAT(statuses, ElementsAre(201, 409)) << "round " << round;
    const auto& refused = answers[0].status == 409 ? answers[0] : answers[1];
    EXPECT_EQ(refused.text("scimType"), "uniqueness");
    const auto& winner = answers[0].status == 201 ? one : two;
    ASSERT_EQ(winner.client().find("Users", "userName eq \"" + name + "\"").json.at("totalResults"), 1);
  }
}

// Both rename their own user to one name, and one of them wins.
TEST_F(Conditional, ANewNameOfTwoConnectionsIsTakenOnce) {
  auto one = bridge_->site("one").client();
  auto two = bridge_->site("two").client();
  for (int round = 0; round < 20; ++round) {
    const auto n = std::to_string(round);
    const auto ann = create_user(one, "ann" + n);
    const auto bob = create_user(two, "bob" + n);
    std::latch start(2);
    std::vector<int> statuses(2);
    const auto rename = [&](std::size_t i, ScimClient& client, const std::string& id) {
      start.arrive_and_wait();
      statuses[i] = client.patch("/Users/" + id, replace("userName", "cay" + n)).status;
    };
    std::thread first([&] { rename(0, one, ann); });
    std::thread second([&] { rename(1, two, bob); });
    first.join();
    second.join();
    std::sort(statuses.begin(), statuses.end());
    ASSERT_THAT(statuses, ElementsAre(200, 409)) << "round " << round;
  }
}

TEST_F(Conditional, APasswordIsInNoAnswerAndNoLog) {
  const auto& site = bridge_->site("secret");
  auto client = site.client();
  const auto offered = [](ScimClient& by) {
    return by.get("/ServiceProviderConfig").json.at("changePassword").at("supported").as_bool();
  };
  EXPECT_TRUE(offered(client));
  auto without = bridge_->site("one").client();
  EXPECT_FALSE(offered(without));
  const auto made = client.post("/Users", user_resource("ann", {{"password", "Sesame-one"}}));
  expect_status(made, 201);
  const auto path = "/Users/" + made.text("id");
  const auto login = [&](const std::string& password) {
    return test::bind_result(bridge_->slapd(), site.user_dn("ann").str(), password);
  };
  EXPECT_EQ(login("Sesame-one"), 0);
  std::string seen = made.body;
  const auto put = client.put(path, user_resource("ann", {{"password", "Sesame-two"}}));
  EXPECT_EQ(login("Sesame-two"), 0);
  const auto patched = client.patch(path, replace("password", "Sesame-three"));
  EXPECT_EQ(login("Sesame-three"), 0);
  const auto bulk =
      client.post("/Bulk", json::object{{"Operations",
                                         {{{"method", "PATCH"},
                                           {"path", path},
                                           {"data", patch_message(replace("password", "Sesame-four"))}}}}});
  EXPECT_EQ(login("Sesame-four"), 0);
  seen += put.body + patched.body + bulk.body + client.get(path + "?attributes=password").body +
          client.get("/Users?filter=password%20pr").body + client.get(path).body;
  for (
      const auto* bad :
      {R"({"userName":"x","password":"Sesame-five)",
       R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x","password":{"a":"Sesame-six"}})"}) {
    const auto refused = client.try_send("POST", "/Users", {}, bad, deadline_in(std::chrono::seconds(30)));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 400);
    seen += refused->body;
  }
  EXPECT_THAT(seen, testing::Not(HasSubstr("Sesame")));
  EXPECT_THAT(seen, testing::Not(HasSubstr("{CRYPT}")));
  EXPECT_THAT(bridge_->log(), testing::Not(HasSubstr("Sesame")));
  EXPECT_THAT(dump(bridge_->directory(), site.user_base), testing::Not(HasSubstr("Sesame")));
  EXPECT_EQ(client.find("Users", "password eq \"Sesame-four\"").status, 400);
}

}  // namespace
}  // namespace dirbridge::e2e
