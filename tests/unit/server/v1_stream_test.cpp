// A large group in version 1.1: translated while it is sent.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "server/v1.hpp"

namespace dirbridge::server {
namespace {

using Pieces = std::vector<std::string>;

http::Response sending(Pieces pieces) {
  http::Response out;
  out.stream = [pieces = std::move(pieces),
                at = std::size_t{0}]() mutable -> Result<std::optional<std::string>> {
    if (at == pieces.size()) return std::optional<std::string>();
    return std::optional(pieces[at++]);
  };
  return out;
}

Pieces sent(const http::Response& response) {
  Pieces out;
  for (;;) {
    auto piece = response.stream();
    EXPECT_TRUE(piece) << piece.error().detail;
    if (!piece || !*piece) return out;
    out.push_back(**piece);
  }
}

TEST(V1Stream, F_ALargeGroupIsNotGathered) {
  const auto whole = to_v1(sending(
      {R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"g","meta":{"resourceType":"Group"},"members":[)",
       R"({"value":"a","type":"User","$ref":"http://x/Users/a"},{"value":"b"})",
       R"(,{"value":"]}","display":"\"[{","$ref":"http://x/Users/c"})", "", "]}"}));
  ASSERT_TRUE(whole.stream);
  EXPECT_EQ(*whole.headers.find("Content-Type"), "application/json");
  const auto pieces = sent(whole);
  ASSERT_EQ(pieces.size(), 5U);
  std::string text;
  for (const auto& piece : pieces) text += piece;
  EXPECT_EQ(boost::json::parse(text), boost::json::parse(R"({
    "schemas":["urn:scim:schemas:core:1.0"],"id":"g","meta":{},
    "members":[{"value":"a","type":"User"},{"value":"b"},{"value":"]}","display":"\"[{"}]})"));
}

TEST(V1Stream, F_AGroupWithoutMembersAndOneThatBreaksOff) {
  const auto empty = to_v1(sending({R"({"id":"g","members":[)", "]}"}));
  std::string text;
  for (const auto& piece : sent(empty)) text += piece;
  EXPECT_EQ(boost::json::parse(text), boost::json::parse(R"({"id":"g","members":[]})"));

  http::Response broken;
  broken.stream = []() -> Result<std::optional<std::string>> {
    return error(ErrorKind::Unavailable, "the directory went away");
  };
  const auto response = to_v1(std::move(broken));
  EXPECT_EQ(response.stream().error().kind, ErrorKind::Unavailable) << "the connection is cut, as in 2.0";
}

}  // namespace
}  // namespace dirbridge::server
