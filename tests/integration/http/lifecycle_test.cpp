// Time limits, a full queue, the bound on connections, and stopping. Limits are short where a test waits for
// one to pass and long where it must not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <latch>
#include <thread>
#include <vector>

#include "peer.hpp"

namespace dirbridge::http::testing_http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// A handler that waits until the test lets it go.
class Gate {
 public:
  Handler handler() {
    return [this](const Request& request, Deadline deadline) {
      arrived_.release();
      gate_.wait();
      return echo(request, deadline);
    };
  }
  void await_arrival() { arrived_.acquire(); }
  void open() { promise_.set_value(); }

 private:
  struct Counter {
    std::mutex mutex;
    std::condition_variable changed;
    int count = 0;
    void release() {
      const std::lock_guard lock(mutex);
      ++count;
      changed.notify_all();
    }
    void acquire() {
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return count > 0; });
      --count;
    }
  };
  Counter arrived_;
  std::promise<void> promise_;
  std::shared_future<void> gate_ = promise_.get_future().share();
};

TEST(HttpLimits, SlowHeaderIsA408) {
  ServerSettings settings;
  settings.limits.header_timeout = milliseconds{40};
  TestServer server(&echo, settings);
  Peer peer(server.port());
  peer.send("GET / HTTP/1.1\r\nHo");
  EXPECT_EQ(peer.answer().status, 408);
  EXPECT_TRUE(peer.at_end());
}

TEST(HttpLimits, SlowBodyIsA408) {
  ServerSettings settings;
  settings.limits.body_timeout = milliseconds{40};
  TestServer server(&echo, settings);
  Peer peer(server.port());
  peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_EQ(peer.answer().status, 408);
  EXPECT_TRUE(peer.at_end());
  EXPECT_EQ(server.handled(), 0);
}

TEST(HttpLimits, IdleConnectionIsClosedSilently) {
  ServerSettings settings;
  settings.limits.idle_timeout = milliseconds{40};
  TestServer server(&echo, settings);
  Peer never_used(server.port());
  EXPECT_TRUE(never_used.at_end());
  Peer used(server.port());
  used.send(get_request());
  EXPECT_EQ(used.answer().status, 200);
  EXPECT_TRUE(used.at_end());
}

TEST(HttpLimits, ReaderThatDoesNotReadIsDropped) {
  ServerSettings settings;
  settings.limits.write_timeout = milliseconds{40};
  const std::string large(30'000'000, 'y');
  TestServer server(
      [&](const Request&, Deadline) {
        Response out;
        out.body = large;
        return out;
      },
      settings);
  Peer peer(server.port());
  peer.shrink_receive_buffer();
  peer.send(get_request());
  // Stopping waits for answers in progress: this one can only end by its own time limit.
  server.server().stop(deadline_in(patience));
  EXPECT_LT(peer.rest().size(), large.size());
}

TEST(HttpLimits, HandlerGetsTheRequestDeadline) {
  ServerSettings settings;
  settings.limits.request_timeout = milliseconds{1'234'000};
  TestServer server(
      [](const Request&, Deadline deadline) {
        Response out;
        const auto left = remaining(deadline);
        out.body = left > milliseconds{1'000'000} && left <= milliseconds{1'234'000} ? "yes" : "no";
        return out;
      },
      settings);
  Peer peer(server.port());
  peer.send(get_request());
  EXPECT_EQ(peer.answer().body, "yes");
}

TEST(HttpLimits, FullQueueIsA503AndTheConnectionLives) {
  ServerSettings settings;
  settings.limits.workers = 1;
  settings.limits.queued_requests = 1;
  Gate gate;
  TestServer server(gate.handler(), settings);
  Peer running(server.port());
  running.send(get_request());
  gate.await_arrival();
  // One of the next two is queued, the other refused at once, whichever the server reads first.
  Peer second(server.port());
  Peer third(server.port());
  second.send(get_request());
  third.send(get_request());
  auto second_answer = std::async(std::launch::async, [&] { return second.answer(); });
  auto third_answer = std::async(std::launch::async, [&] { return third.answer(); });
  while (second_answer.wait_for(milliseconds{1}) != std::future_status::ready &&
         third_answer.wait_for(milliseconds{1}) != std::future_status::ready) {
  }
  gate.open();
  EXPECT_EQ(running.answer().status, 200);
  const Answer a = second_answer.get();
  const Answer b = third_answer.get();
  const Answer& refused = a.status == 503 ? a : b;
  EXPECT_EQ(a.status + b.status, 200 + 503);
  EXPECT_THAT(refused.head, HasSubstr("Retry-After: 1\r\n"));
  Peer& again = a.status == 503 ? second : third;
  again.send(get_request());
  EXPECT_EQ(again.answer().status, 200);
}

TEST(HttpLimits, AtTheConnectionLimitTheLongestIdleGivesWay) {
  ServerSettings settings;
  settings.limits.connections = 2;
  settings.limits.workers = 1;  // who answers the second connection is done with the first
  TestServer server(&echo, settings);
  Peer oldest(server.port());
  oldest.send(get_request());
  EXPECT_EQ(oldest.answer().status, 200);
  Peer newer(server.port());
  newer.send(get_request());
  EXPECT_EQ(newer.answer().status, 200);
  Peer third(server.port());
  third.send(get_request());
  EXPECT_EQ(third.answer().status, 200);
  EXPECT_TRUE(oldest.at_end());
  newer.send(get_request());
  EXPECT_EQ(newer.answer().status, 200);
}

TEST(HttpLimits, WhenAllConnectionsAreBusyANewOneWaits) {
  ServerSettings settings;
  settings.limits.connections = 1;
  Gate gate;
  TestServer server(gate.handler(), settings);
  Peer busy(server.port());
  busy.send(get_request());
  gate.await_arrival();
  Peer waiting(server.port());
  waiting.send(get_request());
  gate.open();
  EXPECT_EQ(busy.answer().status, 200);
  EXPECT_EQ(waiting.answer().status, 200);
}

TEST(HttpStop, FinishesTheRunningRequestAndClosesIdleConnections) {
  Gate gate;
  TestServer server(gate.handler());
  Peer idle(server.port());
  Peer running(server.port());
  running.send(get_request());
  gate.await_arrival();
  std::thread stopper([&] { server.server().stop(deadline_in(patience)); });
  EXPECT_TRUE(idle.at_end());
  gate.open();
  const Answer answer = running.answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(running.at_end());
  stopper.join();
  EXPECT_FALSE(connect_to("127.0.0.1", server.port(), deadline_in(patience)));
}

TEST(HttpStop, AtTheDeadlineConnectionsAreClosed) {
  Gate gate;
  TestServer server(gate.handler());
  Peer running(server.port());
  running.send(get_request());
  gate.await_arrival();
  std::thread stopper([&] { server.server().stop(deadline_in(milliseconds{0})); });
  EXPECT_TRUE(running.at_end());
  gate.open();
  stopper.join();
}

TEST(HttpStop, IsIdempotentAndSafeUnderLoad) {
  TestServer server;
  std::vector<std::thread> clients;
  std::latch started(4);
  for (int i = 0; i < 4; ++i)
    clients.emplace_back([&] {
      Peer peer(server.port());
      peer.send(get_request());
      const bool first = peer.answer().status == 200;
      started.count_down();
      EXPECT_TRUE(first);
      do peer.send(get_request());
      while (peer.answer().status == 200);
    });
  started.wait();
  server.server().stop(deadline_in(patience));
  server.server().stop(deadline_in(patience));
  for (auto& client : clients) client.join();
}

TEST(HttpStart, TakenPortAndBadAddressAreErrors) {
  TestServer server;
  ServerSettings taken;
  taken.port = server.port();
  EXPECT_FALSE(Server::start(taken, &echo, &render_error));
  ServerSettings named;
  named.address = "no.such.address";
  const auto refused = Server::start(named, &echo, &render_error);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "address");
}

}  // namespace
}  // namespace dirbridge::http::testing_http
