#include "http/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace dirbridge::http::wire {
namespace {

using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string head_of(const Response& response, BodyFraming framing = BodyFraming::Length,
                    Persistence persistence = Persistence::KeepAlive) {
  return head({response, framing, persistence});
}

TEST(Wire, HeadHasDateAndExactLength) {
  Response response;
  response.body = "hello";
  const std::string text = head_of(response);
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(text,
              ContainsRegex("\r\nDate: [A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z][a-z] [0-9]* [0-9:]* GMT\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 5\r\n"));
  EXPECT_THAT(text, Not(HasSubstr("Connection")));
  EXPECT_THAT(text, EndsWith("\r\n\r\n"));
}

TEST(Wire, AnswersWithoutContentHaveNoLength) {
  for (const int status : {204, 304}) {
    Response response;
    response.status = status;
    response.body = "ignored";
    EXPECT_THAT(head_of(response), Not(HasSubstr("Content-Length"))) << status;
  }
}

TEST(Wire, FramingFieldsOfTheHandlerAreReplaced) {
  Response response;
  response.headers.add("content-length", "99");
  response.headers.add("Transfer-Encoding", "gzip");
  response.headers.add("ETag", "W/\"1\"");
  const std::string text = head_of(response, BodyFraming::Chunked, Persistence::Close);
  EXPECT_THAT(text, Not(HasSubstr("99")));
  EXPECT_THAT(text, Not(HasSubstr("gzip")));
  EXPECT_THAT(text, HasSubstr("ETag: W/\"1\"\r\n"));
  EXPECT_THAT(text, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(text, HasSubstr("Connection: close\r\n"));
}

TEST(Wire, FieldsThatWouldForgeALineAreRefused) {
  for (const auto& [name, value] : {std::pair<std::string, std::string>{"X", "a\r\nSet-Cookie: b"},
                                    {"X\r\nY", "a"},
                                    {"X Y", "a"},
                                    {"", "a"},
                                    {"X", std::string("a\0b", 3)}}) {
    Response response;
    response.headers.add(name, value);
    EXPECT_THROW(head_of(response), std::invalid_argument) << name;
  }
}

TEST(Wire, StatusOutOfRangeIsRefused) {
  for (const int status : {0, 101, 199, 600}) {
    Response response;
    response.status = status;
    EXPECT_THROW(head_of(response), std::invalid_argument) << status;
  }
}

TEST(Wire, ChunkCarriesItsSizeInHex) {
  EXPECT_EQ(chunk_head(26), "1a\r\n");
}

}  // namespace
}  // namespace dirbridge::http::wire
