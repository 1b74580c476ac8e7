// Who is let in, and who gives way: what somebody without a token can take from those who have one.
#include <gmock/gmock.h>

#include <gtest/gtest.h>
#include <thread>

#include <memory>
#include <vector>

#include "peer.hpp"

namespace dirbridge::http::testing_http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

const std::string token = "Authorization: good\r\n";
const std::string end = "\r\n";

std::string post(std::size_t length) {
  return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(length) + "\r\n";
}

Admit by_token(milliseconds hold = milliseconds{0}) {
  return [hold](const Request& header) {
    Admission out;
    const auto* shown = header.headers.find("Authorization");
    if (shown != nullptr && *shown == "good")
      out.sender = "somebody";
    else
      out.refusal = render_error(401, "who are you?"), out.hold = hold;
    return out;
  };
}

class Admitting : public testing::Test {
 protected:
  void start(const Limits& limits = {}, const Admit& admit = by_token()) {
    ServerSettings settings;
    settings.limits = limits;
    server_ = std::make_unique<TestServer>(
        [](const Request& request, Deadline) {
          return render_error(200, request.sender + " " + std::to_string(request.body.size()));
        },
        settings, admit);
  }
  std::unique_ptr<Peer> peer(const std::string& says = "") const {
    auto out = std::make_unique<Peer>(server_->port());
    out->send(says);
    return out;
  }
  int status_of(const std::string& request) const { return peer(request)->answer().status; }

  std::unique_ptr<TestServer> server_;
};

TEST_F(Admitting, F_WhoIsUnknownIsToldBeforeTheBodyIsRead) {
  start();
  const auto stranger = peer(post(5'000'000) + "Expect: 100-continue\r\n" + end);
  EXPECT_EQ(stranger->answer().status, 401);
  EXPECT_TRUE(stranger->at_end());
  const auto sender = peer(post(5'000'000) + end + "x");
  EXPECT_EQ(sender->answer().status, 401);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), 401);
  EXPECT_EQ(server_->handled(), 0);
}

TEST_F(Admitting, F_WhoIsKnownIsAskedForTheBody) {
  start();
  const auto known = peer(post(3) + token + "Expect: 100-continue\r\n" + end);
  EXPECT_THAT(known->receive(25), StartsWith("HTTP/1.1 100 Continue"));
  known->send("abc");
  EXPECT_EQ(known->answer().body, "somebody 3");
}

TEST_F(Admitting, F_TooLargeIsSaidBeforeTheBodyIsRead) {
  Limits limits;
  limits.body_bytes = 100;
  start(limits);
  EXPECT_EQ(status_of(post(101) + token + "Expect: 100-continue\r\n" + end), 413);
}

TEST_F(Admitting, F_WithoutABodyTheConnectionGoesOnAfterARefusal) {
  start();
  const auto one = peer(get_request() + get_request("/", token));
  EXPECT_EQ(one->answer().status, 401);
  EXPECT_EQ(one->answer().body, "somebody 0");
  one->send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(one->answer(true).status, 401);
  one->send(get_request("/", token));
  EXPECT_EQ(one->answer().status, 200);
}

TEST_F(Admitting, F_ARefusalThatIsHeldBackComes) {
  Limits limits;
  limits.idle_timeout = milliseconds{200};  // looks often
  start(limits, by_token(milliseconds{20}));
  const auto guessing = peer(get_request());
  const auto sending = peer(post(100) + end + "x");
  EXPECT_EQ(status_of(get_request("/", token)), 200);
  EXPECT_EQ(guessing->answer().status, 401);
  EXPECT_EQ(sending->answer().status, 401);
}

TEST_F(Admitting, F_StrangersGiveWayWhateverTheyAreAt) {
  Limits limits;
  limits.connections = 8;
  start(limits, by_token(patience));
  const auto known = peer(get_request("/", token));
  EXPECT_EQ(known->answer().status, 200);
  std::vector<std::unique_ptr<Peer>> strangers;
  for (int i = 0; i < 10; ++i) {
    strangers.push_back(peer());                             // silent
    strangers.push_back(peer("GET / HT"));                   // slow header
    strangers.push_back(peer(post(1'000'000) + end + "x"));  // slow body, answer held back
  }
  EXPECT_EQ(status_of(get_request("/", token)), 200);
  EXPECT_EQ(status_of(post(1) + token + end + "x"), 200);
  EXPECT_TRUE(strangers.front()->at_end());
  known->send(get_request("/", token));
  EXPECT_EQ(known->answer().status, 200) << "was idle all the time, and known";
}

TEST_F(Admitting, F_AnAddressHasSoManyStrangersAtOnce) {
  Limits limits;
  limits.unauthenticated_per_address = 3;
  start(limits);
  std::vector<std::unique_ptr<Peer>> known;
  for (int i = 0; i < 5; ++i) {
    known.push_back(peer(get_request("/", token)));
    EXPECT_EQ(known.back()->answer().status, 200);
  }
  const auto first = peer();
  const std::vector<std::unique_ptr<Peer>> more = [&] {
    std::vector<std::unique_ptr<Peer>> out;
    for (int i = 0; i < 3; ++i) out.push_back(peer());
    return out;
  }();
  EXPECT_TRUE(first->at_end());
  for (const auto& one : known) {
    one->send(get_request("/", token));
    EXPECT_EQ(one->answer().status, 200);
  }
  more.back()->send(get_request("/", token));
  EXPECT_EQ(more.back()->answer().status, 200);
}

TEST_F(Admitting, F_BodiesBeyondTheBudgetAreToldToComeLater) {
  Limits limits;
  limits.body_bytes_in_flight = 1'000;
  start(limits);
  const auto large = peer(post(800) + token + "Expect: 100-continue\r\n" + end);
  EXPECT_THAT(large->receive(25), StartsWith("HTTP/1.1 100"));
  for (const auto* const framing : {"Content-Length: 300\r\n", "Transfer-Encoding: chunked\r\n"}) {
    const auto refused =
        peer("POST / HTTP/1.1\r\nHost: h\r\n" + token + framing + end + "12c\r\n" + std::string(300, 'x'));
    const Answer answer = refused->answer();
    EXPECT_EQ(answer.status, 503) << framing;
    EXPECT_THAT(answer.head, HasSubstr("Retry-After: 1\r\n"));
    EXPECT_TRUE(refused->at_end());
  }
  EXPECT_EQ(status_of(post(100) + token + end + std::string(100, 'x')), 200);
  large->send(std::string(800, 'x'));
  EXPECT_EQ(large->answer().body, "somebody 800");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(status_of(post(900) + token + end + std::string(900, 'x')), 200);
}

TEST_F(Admitting, F_ABodyThatWillNotBeWholeInTimeIsGivenUp) {
  Limits limits;
  limits.body_grace = milliseconds{20};
  limits.idle_timeout = milliseconds{200};  // looks often
  start(limits);
  EXPECT_EQ(status_of(post(5'000'000) + token + end + "x"), 408);
  EXPECT_EQ(
      status_of("POST / HTTP/1.1\r\nHost: h\r\n" + token + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"),
      408);
  EXPECT_EQ(server_->handled(), 0);
}

TEST_F(Admitting, F_ASlowSenderGivesWayToANewcomer) {
  Limits limits;
  limits.connections = 2;
  start(limits);
  const auto sending = [&](std::size_t bytes) {
    auto out = peer(post(1'000) + token + "Expect: 100-continue\r\n" + end);
    EXPECT_THAT(out->receive(25), StartsWith("HTTP/1.1 100"));
    out->send(std::string(bytes, 'x'));
    return out;
  };
  const auto slow = sending(900);
  const auto slowest = sending(1);
  std::this_thread::sleep_for(milliseconds{1'100});  // both have been at it for a while
  EXPECT_EQ(status_of(get_request("/", token)), 200);
  EXPECT_TRUE(slowest->at_end());
  slow->send(std::string(100, 'x'));
  EXPECT_EQ(slow->answer().status, 200);
}

}  // namespace
}  // namespace dirbridge::http::testing_http
