#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "peer.hpp"

namespace dirbridge::http::testing_http {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string post(const std::string& body) {
  return "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(HttpServer, KeepsTheConnectionBetweenRequests) {
  TestServer server;
  Peer peer(server.port());
  for (const std::string target : {"/1", "/2", "/3"}) {
    peer.send(get_request(target));
    EXPECT_EQ(peer.answer().body, "GET " + target + " 0");
    peer.send(post("abc"));
    EXPECT_EQ(peer.answer().body, "POST /p 3");
  }
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  TestServer server;
  Peer peer(server.port());
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += get_request("/" + std::to_string(i)) + post(std::string(static_cast<std::size_t>(i), 'x'));
  peer.send(all);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(peer.answer().body, "GET /" + std::to_string(i) + " 0");
    EXPECT_EQ(peer.answer().body, "POST /p " + std::to_string(i));
  }
}

TEST(HttpServer, AnswersWhatWasAskedBeforeAHalfClose) {
  TestServer server;
  Peer peer(server.port());
  peer.send(get_request("/last"));
  peer.finish_sending();
  EXPECT_EQ(peer.answer().body, "GET /last 0");
  EXPECT_TRUE(peer.at_end());
}

TEST(HttpServer, ReadsRequestsThatArriveByteByByte) {
  TestServer server;
  Peer peer(server.port());
  for (const char c : "\r\n" + get_request("/slow") + post("xyz")) peer.send({&c, 1});
  EXPECT_EQ(peer.answer().body, "GET /slow 0");
  EXPECT_EQ(peer.answer().body, "POST /p 3");
}

TEST(HttpServer, HeadHasTheLengthButNoBody) {
  TestServer server;
  Peer peer(server.port());
  peer.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n" + get_request("/next"));
  const Answer head = peer.answer(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_THAT(head.head, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_EQ(peer.answer().body, "GET /next 0");
}

TEST(HttpServer, Http10ClosesUnlessAskedToKeep) {
  TestServer server;
  Peer kept(server.port());
  kept.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(kept.answer().head, HasSubstr("Connection: keep-alive\r\n"));
  kept.send("GET /b HTTP/1.0\r\n\r\n");
  EXPECT_EQ(kept.answer().body, "GET /b 0");
  EXPECT_TRUE(kept.at_end());
}

TEST(HttpServer, ConnectionCloseIsHonoured) {
  TestServer server;
  Peer peer(server.port());
  peer.send(get_request("/a", "Connection: close\r\n") + get_request("/b"));
  EXPECT_THAT(peer.answer().head, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(peer.at_end());
  EXPECT_EQ(server.handled(), 1);
}

TEST(HttpServer, NoContentHasNoLength) {
  TestServer server([](const Request&, Deadline) {
    Response out;
    out.status = 204;
    return out;
  });
  Peer peer(server.port());
  peer.send(get_request("/a") + get_request("/b"));
  for (int i = 0; i < 2; ++i) {
    const Answer answer = peer.answer();
    EXPECT_EQ(answer.status, 204);
    EXPECT_THAT(answer.head, Not(HasSubstr("Content-Length")));
  }
}

TEST(HttpServer, SendsContinueOnceTheHeaderIsAccepted) {
  TestServer server;
  Peer peer(server.port());
  peer.send("POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(peer.answer().status, 100);
  peer.send("abc");
  EXPECT_EQ(peer.answer().body, "POST /p 3");
}

TEST(HttpServer, BodyLimitIsEnforcedExactly) {
  ServerSettings settings;
  settings.limits.body_bytes = 10'000;
  TestServer server(&echo, settings);
  Peer fits(server.port());
  fits.send(post(std::string(10'000, 'x')));
  EXPECT_EQ(fits.answer().body, "POST /p 10000");
  Peer too_long(server.port());
  too_long.send(post(std::string(10'001, 'x')));
  EXPECT_EQ(too_long.answer().status, 413);
  EXPECT_TRUE(too_long.at_end());
  Peer announced(server.port());
  announced.send("POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 10001\r\n\r\n");
  EXPECT_EQ(announced.answer().status, 413);
  EXPECT_EQ(server.handled(), 1);
}

TEST(HttpServer, RefusalReachesAClientThatIsStillSending) {
  ServerSettings settings;
  settings.limits.body_bytes = 1'000;
  TestServer server(&echo, settings);
  Peer peer(server.port());
  peer.send(post(std::string(4'000'000, 'x')));
  EXPECT_EQ(peer.answer().status, 413);
}

TEST(HttpServer, HeaderLimitIsEnforced) {
  ServerSettings settings;
  settings.limits.header_bytes = 1'000;
  TestServer server(&echo, settings);
  Peer fits(server.port());
  const std::string empty = get_request("/", "X: \r\n");
  fits.send(get_request("/", "X: " + std::string(1'000 - empty.size(), 'x') + "\r\n"));
  EXPECT_EQ(fits.answer().status, 200);
  Peer too_long(server.port());
  too_long.send(get_request("/", "X: " + std::string(1'001 - empty.size(), 'x') + "\r\n"));
  EXPECT_EQ(too_long.answer().status, 431);
}

TEST(HttpServer, LargeAnswersArriveWhole) {
  const std::string large(5'000'000, 'y');
  TestServer server([&](const Request&, Deadline) {
    Response out;
    out.body = large;
    return out;
  });
  Peer peer(server.port());
  peer.shrink_receive_buffer();
  peer.send(get_request("/a") + get_request("/b"));
  EXPECT_EQ(peer.answer().body, large);
  EXPECT_EQ(peer.answer().body, large);
}

TEST(HttpServer, HandlerExceptionIsA500AndTheConnectionLives) {
  TestServer server([](const Request& request, Deadline deadline) -> Response {
    if (request.target_text == "/bug") throw std::runtime_error("secret detail");
    return echo(request, deadline);
  });
  Peer peer(server.port());
  peer.send(get_request("/bug"));
  const Answer answer = peer.answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.head, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(answer.body, Not(HasSubstr("secret")));
  peer.send(get_request("/fine"));
  EXPECT_EQ(peer.answer().status, 200);
}

TEST(HttpServer, UnsendableHeaderFieldIsA500) {
  TestServer server([](const Request&, Deadline) {
    Response out;
    out.headers.set("Location", "/a\r\nSet-Cookie: forged");
    return out;
  });
  Peer peer(server.port());
  peer.send(get_request("/"));
  const Answer answer = peer.answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.head, Not(HasSubstr("forged")));
}

TEST(HttpServer, RequestCarriesWhereItCameFrom) {
  TestServer server([](const Request& request, Deadline) {
    Response out;
    out.body = request.remote + (request.secure ? " secure" : " plain");
    return out;
  });
  Peer peer(server.port());
  peer.send(get_request("/"));
  EXPECT_THAT(peer.answer().body, testing::MatchesRegex("127\\.0\\.0\\.1:[0-9]+ plain"));
}

}  // namespace
}  // namespace dirbridge::http::testing_http
