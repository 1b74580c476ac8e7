#include "http/request_parser.hpp"

#include <gtest/gtest.h>

namespace dirbridge::http {
namespace {

using Step = RequestParser::Step;

constexpr RequestParser::Limits limits{1024, 100};

// Feeds everything in pieces of `piece` bytes, as a session does. `rest` is what the parser did not take.
Step feed_all(RequestParser& parser, const std::string& bytes, std::size_t piece,
              std::string* rest = nullptr) {
  std::string waiting;
  Step step = Step::NeedMore;
  std::size_t at = 0;
  while (at < bytes.size() && (step == Step::NeedMore || step == Step::HeaderDone)) {
    waiting += bytes.substr(at, piece);
    at += std::min(piece, bytes.size() - at);
    do {
      std::size_t used = 0;
      step = parser.feed(waiting, used);
      waiting.erase(0, used);
    } while (step == Step::HeaderDone);
  }
  if (rest != nullptr) *rest = waiting + bytes.substr(at);
  return step;
}

class EveryPieceSize : public testing::TestWithParam<std::size_t> {};

TEST_P(EveryPieceSize, ReadsABodyOfKnownLengthAndLeavesTheNextRequest) {
  RequestParser parser(limits);
  std::string rest;
  const std::string next = "GET / HTTP/1.1\r\n";
  ASSERT_EQ(feed_all(parser, "POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" + next,
                     GetParam(), &rest),
            Step::Done);
  EXPECT_EQ(parser.request().method, "POST");
  EXPECT_EQ(parser.request().target_text, "/a?b=c");
  ASSERT_NE(parser.request().target.parameter("b"), nullptr);
  EXPECT_EQ(parser.request().body, "hello");
  EXPECT_EQ(*parser.request().headers.find("host"), "h");
  EXPECT_TRUE(parser.keep_alive());
  EXPECT_EQ(rest, next);
}

TEST_P(EveryPieceSize, ReadsChunksAndDropsTrailers) {
  RequestParser parser(limits);
  ASSERT_EQ(feed_all(parser,
                     "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
                     "3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nAuthorization: Bearer forged\r\n\r\n",
                     GetParam()),
            Step::Done)
      << parser.refusal().detail;
  EXPECT_EQ(parser.request().body, "hello");
  EXPECT_EQ(parser.request().headers.find("Authorization"), nullptr);
}

TEST_P(EveryPieceSize, HeaderLimitHoldsHoweverTheBytesArrive) {
  RequestParser parser(limits);
  std::string request = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 100; ++i) request += "X-Field-" + std::to_string(i) + ": value\r\n";
  ASSERT_EQ(feed_all(parser, request + "\r\n", GetParam()), Step::Refused);
  EXPECT_EQ(parser.refusal().status, 431);
}

TEST_P(EveryPieceSize, BodyLimitHoldsForChunks) {
  RequestParser parser(limits);
  std::string request = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 11; ++i) request += "a\r\n0123456789\r\n";
  ASSERT_EQ(feed_all(parser, request + "0\r\n\r\n", GetParam()), Step::Refused);
  EXPECT_EQ(parser.refusal().status, 413);
}

INSTANTIATE_TEST_SUITE_P(RequestParser, EveryPieceSize, testing::Values(1U, 2U, 3U, 7U, 64U, 100'000U));

TEST(RequestParser, AbsoluteFormLosesItsOrigin) {
  RequestParser parser(limits);
  ASSERT_EQ(feed_all(parser, "GET http://other:80/Users?a=b HTTP/1.1\r\nHost: h\r\n\r\n", 1000), Step::Done);
  ASSERT_EQ(parser.request().target.segments.size(), 1U);
  EXPECT_EQ(parser.request().target.segments[0], "Users");
}

TEST(RequestParser, KeepAliveFollowsVersionAndConnectionField) {
  const auto keeps = [](const std::string& first_lines) {
    RequestParser parser(limits);
    EXPECT_EQ(feed_all(parser, first_lines + "\r\n\r\n", 1000), Step::Done);
    return parser.keep_alive();
  };
  EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: h"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: h\r\nConnection: Close"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive"));
}

}  // namespace
}  // namespace dirbridge::http
