// What a hostile or broken client may send: the right answer, in bounded time and memory, and nothing
// changed.
#include <gmock/gmock.h>

#include <chrono>
#include <fstream>

#include "e2e/match.hpp"
#include "e2e/scenario.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::AnyOf;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr auto kQuick = 5s;  // on a machine that does other things as well

class Robustness : public Scenario {
 protected:
  // Sends, and expects a SCIM error of this status within a few seconds.
  void expect_error(const std::string& method, const std::string& path, const std::string& body,
                    const testing::Matcher<int>& status, const std::string& names = "") {
    const auto start = std::chrono::steady_clock::now();
    const auto answer = client_.try_send(method, path, {}, body, deadline_in(60s));
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_LT(std::chrono::steady_clock::now() - start, kQuick);
    EXPECT_THAT(answer->status, status) << answer->body.substr(0, 500);
    Variables none;
    const json::value expected = {{"schemas", {"urn:ietf:params:scim:api:messages:2.0:Error"}},
                                  {"status", std::to_string(answer->status)},
                                  {"detail", "$any"}};
    EXPECT_EQ(mismatch(expected, answer->json, none), std::nullopt) << answer->body.substr(0, 500);
    EXPECT_THAT(answer->text("detail"), HasSubstr(names));
    EXPECT_LT(answer->body.size(), 10'000U) << "an error does not repeat what was sent";
  }
  std::string state() const {
    return dump(directory(), site_.user_base) + dump(directory(), site_.group_base);
  }
  static std::string user(const std::string& attributes) {
    return R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)" + attributes + "}";
  }
  static std::string patch(const std::string& operation) {
    return R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)" + operation +
           "]}";
  }
};

std::string repeat(const std::string& text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST_F(Robustness, NestingIsLimitedEverywhere) {
  const auto id = create_user(client_, "ann");
  const auto before = state();
  for (const std::size_t depth : {40U, 100'000U}) {
    const auto lists = repeat("[", depth) + repeat("]", depth);
    const auto objects = repeat(R"({"a":)", depth) + "1" + repeat("}", depth);
    for (const auto& deep : {lists, objects}) {
      expect_error("POST", "/Users", deep, 400);
      expect_error("POST", "/Users", user(R"("userName":"x","name":)" + deep), 400);
      expect_error("PUT", "/Users/" + id, user(R"("userName":"ann","emails":)" + deep), 400);
      expect_error("PATCH", "/Users/" + id, patch(R"({"op":"add","path":"emails","value":)" + deep + "}"),
                   400);
      expect_error("POST", "/Bulk",
                   R"({"Operations":[{"method":"POST","path":"/Users","bulkId":"a","data":)" + deep + "}]}",
                   400);
    }
  }
  EXPECT_EQ(state(), before);
}

TEST_F(Robustness, DuplicateKeysAreRefusedAtEveryLevel) {
  expect_error("POST", "/Users", user(R"("userName":"x","userName":"y")"), 400, "userName");
  expect_error("POST", "/Users", user(R"("userName":"x","name":{"givenName":"a","givenName":"b"})"), 400,
               "givenName");
  expect_error("POST", "/Bulk", R"({"Operations":[],"Operations":[]})", 400, "Operations");
}

TEST_F(Robustness, TextThatIsNoTextIsRefused) {
  const auto before = state();
  for (const std::string bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"})
    expect_error("POST", "/Users", user(R"("userName":"x)" + bad + "\""), 400);
  expect_error("POST", "/Users", user(R"("userName":"a\u0000b")"), 400, "NUL");
  expect_error("POST", "/Users", user(R"("userName":"x","title":"a\u0000")"), 400, "NUL");
  expect_error("POST", "/Users", user(R"("userName":"\ud800")"), 400);
  expect_error("POST", "/Users", std::string("{\"userName\":\"a\0b\"}", 18), 400);
  expect_error("GET", "/Users?filter=userName%20eq%20%22%FF%22", "", 400);
  const auto nul = client_.find("Users", R"(userName eq "a\u0000b")");
  EXPECT_THAT(nul.status, AnyOf(200, 400));
  EXPECT_EQ(state(), before);
}

TEST_F(Robustness, LargeBodiesAreReadUpToTheLimit) {
  const auto id = create_user(client_, "ann");
  const auto before = state();
  const auto memory = bridge().resident_bytes();
  const std::string ten_megabytes(10 * 1024 * 1024 - 200, 'x');
  for (int i = 0; i < 3; ++i) {
    expect_error("POST", "/Users", user(R"("userName":"x","displayName":")" + ten_megabytes + '"'),
                 AnyOf(400, 413));
    expect_error("PATCH", "/Users/" + id,
                 patch(R"({"op":"add","path":"title","value":")" + ten_megabytes + "\"}"), AnyOf(400, 413));
    expect_error("POST", "/Users", ten_megabytes + repeat("x", 300), 413);
    const auto numbers = "[" + repeat("1,", 2'000'000) + "1]";
    expect_error("POST", "/Users", user(R"("userName":"x","roles":)" + numbers), 413, "roles");
  }
  EXPECT_EQ(state(), before);
  EXPECT_GT(memory, 1'000'000U);
  EXPECT_LT(bridge().resident_bytes(), memory + 300'000'000) << "of bodies of 10 MB";
  EXPECT_EQ(client_.get("/Users/" + id).status, 200);
}

TEST_F(Robustness, UnknownAttributesByTheThousandAreIgnored) {
  std::string more;
  for (int i = 0; i < 20'000; ++i) more += ",\"unknown" + std::to_string(i) + "\":[null,{\"a\":1}]";
  const auto made =
      client_.try_send("POST", "/Users", {}, user(R"("userName":"ann")" + more), deadline_in(60s));
  ASSERT_TRUE(made);
  ASSERT_EQ(made->status, 201) << made->body;
  EXPECT_LT(made->body.size(), 1'000U);
  const auto put = client_.try_send("PUT", "/Users/" + made->text("id"), {},
                                    user(R"("userName":"ann")" + more), deadline_in(60s));
  ASSERT_TRUE(put);
  EXPECT_EQ(put->status, 200);
  const auto patched = client_.patch("/Users/" + made->text("id"),
                                     json::parse(R"([{"op":"replace","value":{"unknown":7,"title":"T"}}])"));
  EXPECT_EQ(patched.status, 200);
  EXPECT_EQ(patched.text("title"), "T");
}

TEST_F(Robustness, TenThousandTermsAreRefusedAtOnce) {
  const auto id = create_user(client_, "ann");
  const auto terms = R"(value eq \"x\")" + repeat(R"( or value eq \"x\")", 10'000);
  expect_error("PATCH", "/Users/" + id, patch(R"({"op":"remove","path":"emails[)" + terms + "]\"}"), 400);
  const auto nested = repeat("(", 10'000) + R"(value eq \"x\")" + repeat(")", 10'000);
  expect_error("PATCH", "/Users/" + id, patch(R"({"op":"remove","path":"emails[)" + nested + "]\"}"), 400);
  const auto query = R"(userName eq "x")" + repeat(R"( or userName eq "x")", 10'000);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(client_.find("Users", query).status, AnyOf(400, 414, 431));
  EXPECT_LT(std::chrono::steady_clock::now() - start, kQuick);
}

TEST_F(Robustness, WhatMeansTheSameIsRead) {
  const auto made =
      client_.try_send("POST", "/Users", {}, user(R"("userName":4711,"active":"TRUE","title":null,
      "emails":[null,{"value":"a@x","primary":"true"}],"roles":[],"name":{"givenName":null,"familyName":"Lee"},
      "addresses":{"type":"work","locality":"Bern"},"nickName":["Nick"],"meta":7,"groups":"x","id":{}")"),
                       deadline_in(60s));
  ASSERT_TRUE(made);
  ASSERT_EQ(made->status, 400) << "an unterminated text at the end";
  const auto good =
      client_.try_send("POST", "/Users", {}, user(R"("userName":4711,"active":"TRUE","title":null,
      "emails":[null,{"value":"a@x","primary":"true"}],"roles":[],"name":{"givenName":null,"familyName":"Lee"},
      "addresses":{"type":"work","locality":"Bern"},"nickName":["Nick"],"meta":7,"groups":"x","id":{})"),
                       deadline_in(60s));
  ASSERT_TRUE(good);
  ASSERT_EQ(good->status, 201) << good->body;
  EXPECT_EQ(good->text("userName"), "4711");
  EXPECT_EQ(good->json.at("active"), true);
  EXPECT_EQ(good->json.at("emails"), json::parse(R"([{"value":"a@x","primary":true}])"));
  EXPECT_EQ(good->json.at("addresses"), json::parse(R"([{"type":"work","locality":"Bern"}])"));
  EXPECT_EQ(good->text("nickName"), "Nick");
  for (const auto* gone : {"title", "roles", "groups"})
    EXPECT_FALSE(good->json.as_object().contains(gone)) << gone;
}

TEST_F(Robustness, WrongTypesAreNamed) {
  const auto before = state();
  const std::pair<const char*, const char*> wrong[] = {
      {R"("userName":{"a":"b"})", "userName"},
      {R"("userName":true)", "userName"},
      {R"("active":7)", "active"},
      {R"("active":[true,false])", "active"},
      {R"("emails":[["a"]])", "emails"},
      {R"("emails":{"value":{"a":1}})", "emails.value"},
      {R"("emails":[{"primary":"maybe"}])", "emails.primary"},
      {R"("name":["a","b"])", "name"},
      {R"("x509Certificates":[{"value":"not base64!"}])", "x509Certificates"},
      {R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":7)", "enterprise"}};
  for (const auto& [attribute, field] : wrong) {
    SCOPED_TRACE(attribute);
    const std::string name =
        std::string(attribute).find("userName") == std::string::npos ? R"("userName":"x",)" : "";
    expect_error("POST", "/Users", user(name + attribute), 400, field);
  }
  EXPECT_EQ(state(), before);
}

}  // namespace
}  // namespace dirbridge::e2e
