#include "server/service.hpp"

#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "base/secret.hpp"
#include "tokens/file.hpp"

// The pipeline in front of the operations: paths, tokens, media types, discovery. Resources are recorded, not
// stored: what they do is tested against a directory.

namespace dirbridge::server {
namespace {

namespace json = boost::json;

using provision::Age;
using provision::Members;
using provision::Opened;
using provision::Patched;
using provision::Precondition;
using provision::Query;
using provision::Selected;
using provision::Selection;

// The key of cursors, as if the directory had it.
class FixedKey final : public provision::SharedKey {
 public:
  Result<Secret> get(Deadline) override { return key_; }
  Result<std::optional<Secret>> look(Deadline) override { return std::optional(key_); }

 private:
  Secret key_{std::string(32, 'k')};
};

// Two pieces of members.
class TwoPieces final : public provision::MemberStream {
 public:
  Result<Piece> next(Deadline) override {
    if (pieces_-- == 0) return Piece{};
    return Piece{{}, {}, {"pending" + std::to_string(pieces_)}};
  }

 private:
  int pieces_ = 2;
};

class RecordingResources final : public provision::ReaderWriter {
 public:
  explicit RecordingResources(const scim::ResourceType& type) : type_(type) {}
  const scim::ResourceType& type() const override { return type_; }
  Result<json::object> create(json::value, Deadline) override { return resource("new"); }
  Result<provision::Created> create_undoably(json::value, Deadline) override {
    return provision::Created{resource("new"), [](Deadline) { return Result<>(); }};
  }
  Result<json::object> find(std::string_view id, Members members, Deadline) override {
    asked_ = members;
    if (meanwhile_) meanwhile_();
    return resource(id);
  }
  Result<Opened> open(std::string_view id, Members members, Deadline deadline) override {
    if (!large_) return ReaderWriter::open(id, members, deadline);
    return Opened{resource(id), std::make_unique<TwoPieces>()};
  }
  Result<Opened> replace(std::string_view id, json::value, const Precondition& p, Deadline) override {
    precondition_ = p.version;
    return Opened{resource(id)};
  }
  Result<Patched> patch(std::string_view id, json::value, const Precondition&, Members members,
                        Deadline) override {
    asked_ = members;
    if (meanwhile_) meanwhile_();
    return Patched{resource(id), members != Members::Leave};
  }
  Result<> remove(std::string_view, const Precondition&, Deadline) override {
    return error(ErrorKind::Unavailable, "the directory is away");
  }
  Result<Selected> select(const Query& query, Age, Deadline) override {
    query_ = query;
    Selection order(query.sort.descending);
    for (int i = 0; i < 7; ++i) order.add(pack_uuid(id_at(i)), query.sort.by.attribute ? "key" : "");
    order.sort();
    return Selected{std::make_shared<const Selection>(std::move(order))};
  }
  Result<std::vector<json::object>> load(std::span<const UuidBytes> ids, Selected&, Members members,
                                         Deadline) override {
    asked_ = members;
    std::vector<json::object> out;
    for (const auto& id : ids) out.push_back(resource(unpack_uuid(id)));
    return out;
  }

  Members asked_ = Members::Load;
  std::function<void()> meanwhile_;
  bool large_ = false;
  std::string precondition_;
  Query query_;

 private:
  // Users have even ids, groups odd ones: a list over both takes them in turn.
  std::string id_at(int i) const {
    return std::string("00000000-0000-7000-8000-00000000000") +
           "0123456789abcdef"[2 * i + (type_.name == "Group" ? 1 : 0)];
  }
  json::object resource(std::string_view id) const {
    return {{"schemas", json::array{type_.core.id}},
            {"id", id},
            {"userName", "bob"},
            {"displayName", "Bob"},
            {"meta", {{"resourceType", type_.name}, {"version", "W/\"1\""}}}};
  }
  const scim::ResourceType& type_;
};

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    char pattern[] = "/tmp/dirbridge-service-XXXXXX";
    folder_ = mkdtemp(pattern);
    const auto file = (folder_ / "tokens.json").string();
    token_ = tokens::add_token(file, "test", SystemClock().now()).value().token;
    const auto other_file = (folder_ / "other_tokens.json").string();
    other_token_ = tokens::add_token(other_file, "test", SystemClock().now()).value().token;
    tokens_ = std::make_unique<tokens::TokenStore>(
        std::map<std::string, std::string>{{"okta", file}, {"other", other_file}});
    auto users = std::make_unique<RecordingResources>(scim::standard_catalog().user);
    auto groups = std::make_unique<RecordingResources>(scim::standard_catalog().group);
    users_ = users.get();
    groups_ = groups.get();
    auto okta = std::make_shared<Connection>(
        Connection{"okta", std::move(users), std::move(groups), scim::GroupPatchAnswer::WhenSmall, 100, 500,
                   true, std::make_unique<Cursors>(std::make_unique<FixedKey>(), clock_)});
    okta_ = okta;
    auto other = connection("other");
    other->writes_passwords = true;
    other->readiness = [this] { return other_readiness_; };
    service_ = std::make_unique<Service>(
        ServiceSettings{"/scim", {"/plugins/servlet/usersync/scim"}, 10'000}, scim::standard_catalog(),
        *tokens_, Serving{"", {{"okta", std::move(okta)}, {"other", std::move(other)}}});
  }
  ~ServiceTest() override { std::filesystem::remove_all(folder_); }

  static std::shared_ptr<Connection> connection(const std::string& name) {
    return std::make_shared<Connection>(
        Connection{name, std::make_unique<RecordingResources>(scim::standard_catalog().user),
                   std::make_unique<RecordingResources>(scim::standard_catalog().group)});
  }
  http::Response ask(const std::string& method, const std::string& path, const std::string& body = {},
                     std::vector<std::pair<std::string, std::string>> headers = {},
                     const std::string& sender = {}) {
    http::Request request;
    request.sender = sender;
    request.method = method;
    request.target_text = path;
    request.target = http::parse_target(path).value();
    request.body = body;
    request.headers.set("Host", "bridge.example");
    request.headers.set("Authorization", "Bearer " + token_);
    // A name that is given twice stands in two lines.
    std::set<std::string> given;
    for (auto& [name, value] : headers)
      given.insert(name).second ? request.headers.set(name, value) : request.headers.add(name, value);
    return service_->handle(request, deadline_in(std::chrono::seconds(5)));
  }
  static std::string header(const http::Response& response, const char* name) {
    const auto* value = response.headers.find(name);
    return value ? *value : "";
  }
  static json::object body(const http::Response& response) { return json::parse(response.body).as_object(); }

  SystemClock clock_;
  std::filesystem::path folder_;
  std::string token_, other_token_;
  std::unique_ptr<tokens::TokenStore> tokens_;
  RecordingResources* users_ = nullptr;
  RecordingResources* groups_ = nullptr;
  std::weak_ptr<Connection> okta_;
  Result<> other_readiness_{};
  std::unique_ptr<Service> service_;
};

TEST_F(ServiceTest, F_AConnectionThatIsNotReadyAsksForPatienceAndForItsToken) {
  const std::pair<std::string, std::string> theirs{"Authorization", "Bearer " + other_token_};
  const std::pair<std::string, std::string> wrong{"Authorization", "Bearer " + token_};
  other_readiness_ = error(ErrorKind::Unavailable, "not yet");
  const auto early = ask("GET", "/scim/other/v2/Users", {}, {theirs});
  EXPECT_EQ(early.status, 503);
  EXPECT_FALSE(header(early, "Retry-After").empty());
  EXPECT_EQ(body(early).at("detail"), "not yet");
  EXPECT_EQ(ask("POST", "/scim/other/v2/Bulk", "{}", {theirs}).status, 503);
  EXPECT_EQ(ask("GET", "/scim/other/v2/Users", {}, {wrong}).status, 401);
  EXPECT_EQ(ask("GET", "/scim/other/v2/ServiceProviderConfig", {}, {theirs}).status, 200);
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users").status, 200) << "the other connection is";
  other_readiness_ = {};
  EXPECT_EQ(ask("GET", "/scim/other/v2/Users", {}, {theirs}).status, 200);
}

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

TEST_F(ServiceTest, Version11RefusesThePatchOfVersion2) {
  const auto refused =
      ask("PATCH", "/scim/okta/v1/Groups/1", R"({"Operations":[{"op":"remove","path":"members"}]})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, testing::HasSubstr("/v2"));
  const auto bogus =
      ask("PATCH", "/scim/okta/v1/Groups/1", R"({"members":[{"value":"a","operation":"remove"}]})");
  EXPECT_EQ(bogus.status, 400);
  EXPECT_THAT(bogus.body, testing::HasSubstr("members.operation"));
  EXPECT_EQ(ask("GET", "/scim/okta/v1/Users?filter=manager.managerId+eq+%227%22").status, 200);
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

TEST_F(ServiceTest, G5_TwoAuthorizationLinesAreRefused) {
  const auto twice = ask("GET", "/scim/okta/v2/Users", "",
                         {{"Authorization", "Bearer " + token_}, {"Authorization", "Bearer x"}});
  EXPECT_EQ(twice.status, 400);
  EXPECT_THAT(twice.body, testing::HasSubstr("Authorization"));
}

TEST_F(ServiceTest, F_TheHeaderAloneSaysWhoSends) {
  http::Request header;
  header.method = "POST";
  header.target = http::parse_target("/scim/okta/v2/Users").value();
  header.headers.set("Host", "bridge.example");
  const auto nobody = service_->admit(header);
  ASSERT_TRUE(nobody.refusal);
  EXPECT_EQ(nobody.refusal->status, 401);
  EXPECT_NE(nobody.refusal->headers.find("X-Request-Id"), nullptr);
  header.headers.set("Authorization", "Bearer " + other_token_);
  EXPECT_EQ(service_->admit(header).refusal->status, 401);
  header.headers.set("Authorization", "Bearer " + token_);
  EXPECT_EQ(service_->admit(header).sender, "okta");
  EXPECT_FALSE(service_->admit(header).refusal);
  header.target = http::parse_target("/plugins/servlet/usersync/scim/v1/Users").value();
  EXPECT_EQ(service_->admit(header).sender, "okta");
  header.headers.set("Authorization", "Bearer wrong");
  const auto v1 = service_->admit(header);
  EXPECT_EQ(v1.refusal->status, 401);
  EXPECT_EQ(*v1.refusal->headers.find("Content-Type"), "application/json");
  header.target = http::parse_target("/elsewhere").value();
  EXPECT_EQ(service_->admit(header).refusal->status, 404);
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

TEST_F(ServiceTest, RefusesBodiesThatItCannotRead) {
  const std::vector<std::pair<std::string, std::string>> utf8[] = {
      {{"Content-Encoding", "identity"}},
      {{"Content-Encoding", ""}},
      {{"Content-Type", "application/json; charset=UTF-8"}},
      {{"Content-Type", "application/json;charset=\"Utf-8\"; x=\"a;charset=latin1\""}},
      {{"Content-Type", "application/json; charset="}},
      {{"Content-Type", "application/json; charset"}}};
  for (const auto& headers : utf8)
    EXPECT_EQ(ask("POST", "/scim/okta/v2/Users", "{}", headers).status, 201) << headers.front().second;
  for (const auto* base : {"/scim/okta/v2", "/scim/okta/v1"}) {
    for (const auto* coding : {"gzip", "deflate", "br", "identity, GZIP", "x-unknown"}) {
      const auto refused =
          ask("POST", std::string(base) + "/Users", "\x1f\x8b", {{"Content-Encoding", coding}});
      EXPECT_EQ(refused.status, 415) << base << coding;
      EXPECT_EQ(header(refused, "Accept-Encoding"), "identity") << base << coding;
      EXPECT_THAT(refused.body, testing::HasSubstr("compressed"));
    }
    for (const auto* type :
         {"application/json; charset=iso-8859-1", "application/scim+json;Charset=\"UTF-16\""}) {
      const auto refused = ask("POST", std::string(base) + "/Users", "{}", {{"Content-Type", type}});
      EXPECT_EQ(refused.status, 415) << base << type;
      EXPECT_THAT(refused.body, testing::HasSubstr("UTF-8")) << base << type;
      EXPECT_EQ(refused.headers.find("Accept-Encoding"), nullptr) << "it is not about codings";
    }
  }
  EXPECT_EQ(ask("POST", "/scim/okta/v2/Bulk", "{}", {{"Content-Encoding", "gzip"}}).status, 415);
  EXPECT_EQ(
      ask("POST", "/scim/okta/v2/Users", "{}", {{"Content-Encoding", "identity"}, {"Content-Encoding", "br"}})
          .status,
      415);
}

TEST_F(ServiceTest, BuildsNoAddressFromAHostThatIsNone) {
  const auto location = [&](const char* host) {
    return header(ask("GET", "/scim/okta/v2/Users/1", "", {{"Host", host}}), "Location");
  };
  for (const auto* host :
       {"bridge.example:8443", "[::1]:8080", "[2001:db8::1]", "10.0.0.1", "my_host", "host:"})
    EXPECT_EQ(location(host), "http://" + std::string(host) + "/scim/okta/v2/Users/1") << host;
  EXPECT_EQ(location(""), "http://localhost/scim/okta/v2/Users/1");
  for (const auto* host : {"a b", "evil\"", "a/b", "a@b", "a\\b", "<x>", "\xc3\xbc", ":80", "a:b", "a:1:2",
                           "[::1", "[]", "[::1]x", "[::1]:x", "a?b", "a#b", "::1"}) {
    const auto refused = ask("GET", "/scim/okta/v2/Users/1", "", {{"Host", host}});
    EXPECT_EQ(refused.status, 400) << host;
    EXPECT_THAT(refused.body, testing::HasSubstr("Host")) << host;
  }
}

TEST_F(ServiceTest, ListsOfNamesHaveALimit) {
  const auto names = [](int count) {
    std::string out = "title";
    for (int i = 1; i < count; ++i) out += ",title";
    return out;
  };
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users/1?attributes=" + names(1000)).status, 200);
  for (const auto* parameter : {"attributes", "excludedAttributes"})
    for (const auto* path : {"/scim/okta/v2/Users", "/scim/okta/v2/Users/1"}) {
      const auto refused = ask("GET", std::string(path) + "?" + parameter + "=" + names(1001));
      EXPECT_EQ(refused.status, 400) << path;
      EXPECT_EQ(body(refused).at("scimType"), "invalidValue");
      EXPECT_THAT(refused.body, testing::HasSubstr(parameter));
    }
}

TEST_F(ServiceTest, ListsWithinBounds) {
  const auto listed = ask("GET", "/scim/okta/v2/Users?startindex=3&count=9999&filter=userName+eq+%22a%22");
  ASSERT_EQ(listed.status, 200);
  EXPECT_EQ(users_->query_.start_index, 3U);
  EXPECT_EQ(users_->query_.count, 500U);
  EXPECT_EQ(users_->query_.filter_text, "userName eq \"a\"");
  EXPECT_EQ(body(listed).at("totalResults"), 7);
  EXPECT_EQ(body(listed).at("itemsPerPage"), 5);
  EXPECT_EQ(body(listed).at("startIndex"), 3);
  ask("GET", "/scim/okta/v2/Users?startIndex=-5&count=-1");
  EXPECT_EQ(users_->query_.start_index, 1U);
  EXPECT_EQ(users_->query_.count, 0U);
  ask("GET", "/scim/okta/v2/Users");
  EXPECT_EQ(users_->query_.count, 100U);
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users?count=ten").status, 400);
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users?filter=").status, 400);
}

TEST_F(ServiceTest, TakesTheOrderAndRefusesWhatCannotBeOne) {
  ASSERT_EQ(ask("GET", "/scim/okta/v2/Users?sortBy=name.FamilyName&sortOrder=Descending").status, 200);
  EXPECT_EQ(users_->query_.sort_text, "-name.familyName");
  EXPECT_TRUE(users_->query_.sort.descending);
  ask("GET", "/scim/okta/v2/Users?sortOrder=descending");
  EXPECT_FALSE(users_->query_.sort.descending) << "there is nothing to turn round";
  for (const auto* wrong :
       {"sortBy=nope", "sortBy=name", "sortBy=", "sortBy=groups", "sortBy=userName&sortOrder=up"}) {
    const auto refused = ask("GET", std::string("/scim/okta/v2/Users?") + wrong);
    EXPECT_EQ(refused.status, 400) << wrong;
    EXPECT_EQ(body(refused).at("scimType"), "invalidValue") << wrong;
    EXPECT_THAT(refused.body, testing::HasSubstr("sort")) << wrong;
  }
}

TEST_F(ServiceTest, PagesByCursor) {
  std::vector<std::string> seen;
  std::string query = "cursor&count=3";
  for (int pages = 0; pages < 9 && !query.empty(); ++pages) {
    const auto listed = ask("GET", "/scim/okta/v2/Users?" + query);
    ASSERT_EQ(listed.status, 200) << listed.body;
    const auto page = body(listed);
    EXPECT_EQ(page.at("totalResults"), 7);
    EXPECT_FALSE(page.contains("startIndex"));
    EXPECT_EQ(page.contains("previousCursor"), pages > 0);
    for (const auto& one : page.at("Resources").as_array()) seen.emplace_back(one.at("id").as_string());
    const auto* next = page.if_contains("nextCursor");
    query = next ? "count=3&cursor=" + std::string(next->as_string()) : "";
  }
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST_F(ServiceTest, GoesBackByCursor) {
  const auto text = [](const json::object& page, const char* name) {
    return std::string(page.at(name).as_string());
  };
  const auto first = body(ask("GET", "/scim/okta/v2/Users?cursor=&count=3"));
  const auto second = body(ask("GET", "/scim/okta/v2/Users?count=3&cursor=" + text(first, "nextCursor")));
  const auto back = body(ask("GET", "/scim/okta/v2/Users?count=3&cursor=" + text(second, "previousCursor")));
  EXPECT_EQ(back.at("Resources"), first.at("Resources"));
  EXPECT_FALSE(back.contains("previousCursor"));
}

TEST_F(ServiceTest, ACursorIsForItsOwnQueryOnly) {
  const auto first = body(ask("GET", "/scim/okta/v2/Users?cursor=&count=3&filter=title+pr"));
  const std::string cursor(first.at("nextCursor").as_string());
  const auto type_of = [&](const std::string& query) {
    const auto refused = ask("GET", "/scim/okta/v2/" + query);
    EXPECT_EQ(refused.status, 400) << query;
    return refused.status == 400 ? std::string(body(refused).at("scimType").as_string()) : "";
  };
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users?count=3&filter=title+pr&cursor=" + cursor).status, 200);
  EXPECT_EQ(type_of("Users?count=3&cursor=" + cursor), "invalidCursor");
  EXPECT_EQ(type_of("Users?count=3&filter=title+pr&sortBy=title&cursor=" + cursor), "invalidCursor");
  EXPECT_EQ(type_of("Groups?count=3&filter=displayName+pr&cursor=" + cursor), "invalidCursor");
  EXPECT_EQ(type_of("Users?count=3&filter=title+pr&cursor=x"), "invalidCursor");
  EXPECT_EQ(type_of("Users?count=4&filter=title+pr&cursor=" + cursor), "invalidCount");
  EXPECT_EQ(type_of("Users?count=501&cursor"), "invalidCount");
  EXPECT_EQ(type_of("Users?count=-1&cursor"), "invalidCount");
  EXPECT_EQ(type_of("Users?startIndex=1&cursor"), "invalidValue");
}

TEST_F(ServiceTest, SearchesOneTypeAsGetDoes) {
  const std::string schema = R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"])";
  const auto found =
      ask("POST", "/scim/okta/v2/Users/.search",
          schema + R"(,"filter":"userName eq \"a\"","sortBy":"userName","sortOrder":"descending",
                                      "startIndex":2,"count":2,"attributes":["userName"]})");
  ASSERT_EQ(found.status, 200) << found.body;
  EXPECT_EQ(users_->query_.filter_text, "userName eq \"a\"");
  EXPECT_EQ(users_->query_.sort_text, "-userName");
  EXPECT_EQ(body(found).at("totalResults"), 7);
  EXPECT_EQ(body(found).at("startIndex"), 2);
  EXPECT_EQ(body(found).at("itemsPerPage"), 2);
  const auto page = body(found);
  const auto& one = page.at("Resources").at(0).as_object();
  EXPECT_TRUE(one.contains("userName") && one.contains("id") && one.contains("schemas"));
  EXPECT_FALSE(one.contains("displayName"));
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users/.search").status, 405);
  EXPECT_EQ(ask("POST", "/scim/okta/v2/Schemas/.search", schema + "}").status, 405);
}

TEST_F(ServiceTest, SearchesTakeWholeNumbersHoweverTheyAreWritten) {
  const std::string schema = R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"])";
  struct Case {
    const char* number;
    std::uint64_t start, count;
  };
  for (const auto& [number, start, count] :
       {Case{"2.0", 2, 2}, Case{"2e0", 2, 2}, Case{"\"2\"", 2, 2}, Case{"-3.0", 1, 0}, Case{"-1e300", 1, 0},
        Case{"1e300", INT64_MAX, 500}, Case{"9223372036854775808", INT64_MAX, 500},
        Case{"9223372036854775808.0", INT64_MAX, 500}, Case{"\"99999999999999999999\"", INT64_MAX, 500}}) {
    const auto found = ask("POST", "/scim/okta/v2/Users/.search",
                           schema + ",\"startIndex\":" + number + ",\"count\":" + number + "}");
    ASSERT_EQ(found.status, 200) << number << found.body;
    EXPECT_EQ(users_->query_.start_index, start) << number;
    EXPECT_EQ(users_->query_.count, count) << number;
  }
}

TEST_F(ServiceTest, SearchesAllTypesInOneOrder) {
  const std::string schema = R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"])";
  const auto ids = [&](const std::string& more) {
    std::vector<std::string> out;
    const auto found = ask("POST", "/scim/okta/v2/.search", schema + more + "}");
    EXPECT_EQ(found.status, 200) << found.body;
    if (found.status != 200) return out;
    EXPECT_EQ(body(found).at("totalResults"), 14);
    const auto page = body(found);
    for (const auto& one : page.at("Resources").as_array())
      out.push_back(std::string(one.at("schemas").at(0).as_string()).substr(38) + ":" +
                    one.at("id").as_string().back());
    return out;
  };
  EXPECT_THAT(ids(R"(,"count":3,"attributes":["id"])"), testing::ElementsAre("User:0", "Group:1", "User:2"));
  EXPECT_THAT(ids(R"(,"count":3,"startIndex":12)"), testing::ElementsAre("Group:b", "User:c", "Group:d"));
  EXPECT_EQ(ids(R"(,"filter":"userName pr or members pr","sortBy":"userName","count":20)").size(), 14U);
  EXPECT_EQ(ask("POST", "/scim/okta/v2/.search", schema + R"(,"filter":"nope pr"})").status, 400);
}

TEST_F(ServiceTest, SearchRequestsAreRefusedByName) {
  const std::string schema = R"("schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"])";
  struct Case {
    std::string body;
    const char* type;
    const char* named;
  };
  for (const auto& [sent, type, named] :
       {Case{"[]", "invalidSyntax", "schemas"}, Case{"{}", "invalidSyntax", "schemas"},
        Case{"{" + schema + R"(,"count":"ten"})", "invalidValue", "count"},
        Case{"{" + schema + R"(,"startIndex":1.5})", "invalidValue", "startIndex"},
        Case{"{" + schema + R"(,"filter":7})", "invalidValue", "filter"},
        Case{"{" + schema + R"(,"filter":"("})", "invalidFilter", "filter"},
        Case{"{" + schema + R"(,"attributes":[1]})", "invalidValue", "attributes"},
        Case{"{" + schema + R"(,"cursor":"!"})", "invalidCursor", "cursor"},
        Case{"{" + schema + R"(,"attributes":["a"],"excludedAttributes":["b"]})", "invalidValue",
             "excludedAttributes"}}) {
    const auto refused = ask("POST", "/scim/okta/v2/.search", sent);
    EXPECT_EQ(refused.status, 400) << sent;
    EXPECT_EQ(body(refused).at("scimType"), type) << sent;
    EXPECT_THAT(std::string(body(refused).at("detail").as_string()), testing::HasSubstr(named)) << sent;
  }
}

TEST_F(ServiceTest, ProjectionsExcludeEachOtherBeforeAnythingIsDone) {
  const std::string both = "?attributes=userName&excludedAttributes=title";
  for (const auto* method : {"GET", "PUT", "PATCH"})
    EXPECT_EQ(ask(method, "/scim/okta/v2/Users/1" + both, "{}").status, 400) << method;
  EXPECT_EQ(ask("POST", "/scim/okta/v2/Users" + both, "{}").status, 400);
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users" + both).status, 400);
  EXPECT_EQ(users_->precondition_, "") << "nothing was called";
}

TEST_F(ServiceTest, LooksGroupsUpWhereTheyAreShown) {
  const std::string user = "/scim/okta/v2/Users/1";
  ask("GET", user);
  EXPECT_EQ(users_->asked_, Members::Leave);
  ask("GET", user + "?attributes=groups");
  EXPECT_EQ(users_->asked_, Members::Load);
  ask("GET", "/scim/okta/v2/Users");
  EXPECT_EQ(users_->asked_, Members::Leave) << "lists: only when they are named";
  ask("GET", "/scim/okta/v2/Users?attributes=groups.display");
  EXPECT_EQ(users_->asked_, Members::Load);
  users_->asked_ = Members::Leave;
  ask("PUT", user, "{}");
  EXPECT_EQ(users_->asked_, Members::Leave);
  ask("PUT", user + "?attributes=groups", "{}");
  EXPECT_EQ(users_->asked_, Members::Load);
}

TEST_F(ServiceTest, SaysWhyThereIsNoMe) {
  const auto me = ask("GET", "/scim/okta/v2/Me");
  EXPECT_EQ(me.status, 501);
  EXPECT_THAT(me.body, testing::HasSubstr("token"));
}

TEST_F(ServiceTest, AdvertisesOrderAndPaging) {
  const auto config = body(ask("GET", "/scim/okta/v2/ServiceProviderConfig"));
  EXPECT_EQ(config.at("sort").at("supported"), true);
  const auto& pagination = config.at("pagination").as_object();
  EXPECT_EQ(pagination.at("cursor"), true);
  EXPECT_EQ(pagination.at("index"), true);
  EXPECT_EQ(pagination.at("defaultPaginationMethod"), "index");
  EXPECT_EQ(pagination.at("defaultPageSize"), 100);
  EXPECT_EQ(pagination.at("maxPageSize"), 500);
  EXPECT_EQ(pagination.at("cursorTimeout"), 3600);
}

TEST_F(ServiceTest, AdvertisesPasswordsWhereTheyAreWritten) {
  const auto offered = [&](const char* path, const std::string& token) {
    return body(ask("GET", path, "", {{"Authorization", "Bearer " + token}}))
        .at("changePassword")
        .at("supported");
  };
  EXPECT_EQ(offered("/scim/okta/v2/ServiceProviderConfig", token_), false);
  EXPECT_EQ(offered("/scim/other/v2/ServiceProviderConfig", other_token_), true);
  EXPECT_EQ(offered("/scim/other/v1/ServiceProviderConfigs", other_token_), true);
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
  for (const auto* wish :
       {"return=\"minimal\"", "Return = Minimal; why=\"a, b\"", "wait=5, return=minimal",
        "return=minimal, return=representation", "x=\"a, return=representation\", return=minimal"})
    EXPECT_EQ(ask("PATCH", path, "{}", {{"Prefer", wish}}).status, 204) << wish;
  EXPECT_EQ(ask("PATCH", path, "{}", {{"Prefer", "wait=5"}, {"Prefer", "return=minimal"}}).status, 204);
  for (const auto* wish : {"return=representation, return=minimal", "return=all, return=minimal",
                           "wait=5; return=minimal", "x=\"a, return=minimal\"", "return"})
    EXPECT_EQ(ask("PATCH", path, "{}", {{"Prefer", wish}}).status, 200) << wish;
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

TEST_F(ServiceTest, AnEntityTagSpeaksOnlyOfWhatTheResourceItselfHolds) {
  const auto status = [&](const std::string& path) {
    return ask("GET", "/scim/okta/v2" + path, "", {{"If-None-Match", "W/\"1\""}}).status;
  };
  for (const auto* path : {"/Users/1", "/Users/1?attributes=userName", "/Users/1?excludedAttributes=title",
                           "/Groups/1", "/Groups/1?attributes=members", "/Groups/1?attributes=displayName"})
    EXPECT_EQ(status(path), 304) << path;
  for (const auto* path :
       {"/Users/1?attributes=groups", "/Users/1?attributes=userName,groups.display",
        "/Groups/1?attributes=members.display", "/Groups/1?attributes=members,members.display"})
    EXPECT_EQ(status(path), 200) << path;
}

TEST_F(ServiceTest, LinesOfEntityTagsAreOneList) {
  const std::string user = "/scim/okta/v2/Users/1";
  ask("PUT", user, "{}", {{"If-Match", "W/\"0\""}, {"If-Match", "W/\"1\""}});
  EXPECT_EQ(users_->precondition_, "W/\"0\", W/\"1\"");
  EXPECT_EQ(ask("GET", user, "", {{"If-None-Match", "W/\"0\""}, {"If-None-Match", "W/\"1\""}}).status, 304);
  users_->precondition_ = "nothing was called";
  for (const auto* method : {"PUT", "PATCH", "DELETE"})
    for (const auto* empty : {"", " ", ", ,"}) {
      const auto refused = ask(method, user, "{}", {{"If-Match", empty}});
      EXPECT_EQ(refused.status, 400) << method << empty;
      EXPECT_THAT(refused.body, testing::HasSubstr("If-Match")) << method;
    }
  EXPECT_EQ(users_->precondition_, "nothing was called");
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

TEST_F(ServiceTest, TheNextRequestIsAnsweredByWhatIsServedThen) {
  service_->serve({"https://scim.example", {{"okta", connection("okta")}}});
  EXPECT_TRUE(okta_.expired());
  EXPECT_EQ(header(ask("GET", "/scim/okta/v2/Users/1"), "Location"),
            "https://scim.example/scim/okta/v2/Users/1");
  const std::pair<std::string, std::string> theirs{"Authorization", "Bearer " + other_token_};
  EXPECT_EQ(ask("GET", "/scim/other/v2/Users", {}, {theirs}).status, 401) << "as one that never was";
  service_->serve({"", {{"other", connection("other")}}});
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users/1").status, 401);
  EXPECT_EQ(ask("GET", "/scim/other/v2/Users", {}, {theirs}).status, 200);
}

TEST_F(ServiceTest, ARequestGoesOnWithWhatItBeganWith) {
  bool was_there = false;
  users_->meanwhile_ = [&] {
    service_->serve({"https://scim.example", {}});
    was_there = !okta_.expired();
  };
  const auto answer = ask("GET", "/scim/okta/v2/Users/1");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(header(answer, "Location"), "http://bridge.example/scim/okta/v2/Users/1");
  EXPECT_TRUE(was_there);
  EXPECT_TRUE(okta_.expired());
}

TEST_F(ServiceTest, AnAnswerInPiecesGoesOnWithWhatItBeganWith) {
  groups_->large_ = true;
  {
    const auto answer = ask("GET", "/scim/okta/v2/Groups/1");
    ASSERT_TRUE(answer.stream);
    service_->serve({});
    std::string text;
    for (auto piece = answer.stream().value(); piece; piece = answer.stream().value()) text += *piece;
    EXPECT_THAT(text, testing::HasSubstr("pending0"));
    EXPECT_FALSE(okta_.expired());
  }
  EXPECT_TRUE(okta_.expired());
}

TEST_F(ServiceTest, WhoWritesHoldsItsTurnUntilItIsDone) {
  std::weak_ptr<int> held;
  bool was_held = false;
  int asked = 0;
  okta_.lock()->begin_write = [&](Deadline) -> Result<std::shared_ptr<const void>> {
    ++asked;
    auto turn = std::make_shared<int>();
    held = turn;
    return turn;
  };
  users_->meanwhile_ = [&] { was_held = !held.expired(); };
  EXPECT_EQ(ask("PATCH", "/scim/okta/v2/Users/1", R"({"Operations":[]})",
                {{"Content-Type", "application/scim+json"}})
                .status,
            200);
  EXPECT_TRUE(was_held);
  EXPECT_TRUE(held.expired());
  ask("POST", "/scim/okta/v2/Bulk", "{}");
  EXPECT_EQ(asked, 2);
  was_held = false;
  for (const auto* path : {"/Users/1", "/Users", "/Schemas"})
    EXPECT_EQ(ask("GET", std::string("/scim/okta/v2") + path).status, 200);
  EXPECT_EQ(asked, 2) << "who reads waits for nobody";
  EXPECT_FALSE(was_held);
  okta_.lock()->begin_write = [](Deadline) -> Result<std::shared_ptr<const void>> {
    return error(ErrorKind::Busy, "others take too long");
  };
  EXPECT_EQ(ask("DELETE", "/scim/okta/v2/Users/1").status, 503);
}

TEST_F(ServiceTest, WhoWasLetInAndIsGoneIsAskedAgain) {
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users/1", {}, {}, "okta").status, 200);
  service_->serve({});
  EXPECT_EQ(ask("GET", "/scim/okta/v2/Users/1", {}, {}, "okta").status, 401);
}

}  // namespace
}  // namespace dirbridge::server
