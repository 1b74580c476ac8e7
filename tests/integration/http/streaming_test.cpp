#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "peer.hpp"

namespace dirbridge::http::testing_http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using Piece = Result<std::optional<std::string>>;

// Streams `count` pieces of `size` bytes and counts how many were pulled.
Handler counting(int count, std::size_t size, std::atomic<int>& pulled) {
  return [=, &pulled](const Request&, Deadline) {
    Response out;
    out.stream = [=, &pulled, left = count]() mutable -> Piece {
      if (left-- == 0) return std::optional<std::string>{};
      ++pulled;
      return std::optional(std::string(size, 'z'));
    };
    return out;
  };
}

TEST(HttpStream, ArrivesInChunksAndKeepsTheConnection) {
  std::atomic<int> pulled{0};
  TestServer server(counting(5, 10, pulled));
  Peer peer(server.port());
  peer.send(get_request() + get_request());
  for (int i = 0; i < 2; ++i) {
    const Answer answer = peer.answer();
    EXPECT_THAT(answer.head, HasSubstr("Transfer-Encoding: chunked\r\n"));
    EXPECT_THAT(answer.head, Not(HasSubstr("Content-Length")));
    EXPECT_EQ(answer.body, std::string(50, 'z'));
  }
}

TEST(HttpStream, EmptyPieceDoesNotEndIt) {
  TestServer server([](const Request&, Deadline) {
    Response out;
    out.stream = [n = 0]() mutable -> Piece {
      switch (n++) {
        case 0:
          return std::optional(std::string("a"));
        case 1:
          return std::optional(std::string());
        case 2:
          return std::optional(std::string("b"));
        default:
          return std::optional<std::string>{};
      }
    };
    return out;
  });
  Peer peer(server.port());
  peer.send(get_request());
  EXPECT_EQ(peer.answer().body, "ab");
}

TEST(HttpStream, PullsOnlyAsFastAsTheReaderReads) {
  constexpr int pieces = 400;
  constexpr std::size_t size = 100'000;
  std::atomic<int> pulled{0};
  TestServer server(counting(pieces, size, pulled));
  Peer peer(server.port());
  peer.shrink_receive_buffer();
  peer.send(get_request());
  // What has been pulled when the first bytes arrive is bounded by the sockets' buffers, not by the answer's
  // size.
  ASSERT_FALSE(peer.receive(1).empty());
  EXPECT_LT(pulled, pieces);
  std::size_t total = 1;
  while (total < pieces * size) {
    const std::string piece = peer.receive(size);
    ASSERT_FALSE(piece.empty());
    total += piece.size();
  }
  EXPECT_EQ(pulled, pieces);
}

TEST(HttpStream, ErrorCutsTheAnswerWithoutItsEnd) {
  for (const bool throws : {false, true}) {
    TestServer server([throws](const Request&, Deadline) {
      Response out;
      out.stream = [throws, first = true]() mutable -> Piece {
        if (std::exchange(first, false)) return std::optional(std::string("part"));
        if (throws) throw std::runtime_error("a bug");
        return error(ErrorKind::Unavailable, "the directory went away");
      };
      return out;
    });
    Peer peer(server.port());
    peer.send(get_request());
    const std::string all = peer.rest();
    EXPECT_THAT(all, EndsWith("4\r\npart\r\n"));
  }
}

TEST(HttpStream, Http10EndsWithTheConnection) {
  std::atomic<int> pulled{0};
  TestServer server(counting(3, 4, pulled));
  Peer peer(server.port());
  peer.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string all = peer.rest();
  EXPECT_THAT(all, EndsWith("\r\n\r\n" + std::string(12, 'z')));
  EXPECT_THAT(all, Not(HasSubstr("chunked")));
  EXPECT_THAT(all, HasSubstr("Connection: close\r\n"));
}

TEST(HttpStream, HeadPullsNothing) {
  std::atomic<int> pulled{0};
  TestServer server(counting(3, 4, pulled));
  Peer peer(server.port());
  peer.send("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(peer.answer(true).status, 200);
  EXPECT_TRUE(peer.at_end());
  EXPECT_EQ(pulled, 0);
}

}  // namespace
}  // namespace dirbridge::http::testing_http
