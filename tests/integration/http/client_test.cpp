#include "http/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/socket.h>

#include <functional>
#include <thread>

#include "peer.hpp"

namespace dirbridge::http::testing_http {
namespace {

using std::chrono::milliseconds;

// Accepts connections one after the other; each answers its requests with the next of the given texts and is
// closed by an empty text or the end of the list. A request is complete for it when a read ends in `end`.
class Scripted {
 public:
  explicit Scripted(std::vector<std::vector<std::string>> connections)
      : thread_([this, connections = std::move(connections)] { run(connections); }) {}
  ~Scripted() { thread_.join(); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(local_port(listener_.get())) + "/x"; }

 private:
  void run(const std::vector<std::vector<std::string>>& connections) {
    for (const auto& answers : connections) {
      if (!wait_until_ready(listener_.get(), Ready::Read, deadline_in(patience))) return;
      Accepted accepted;
      if (accept_from(listener_.get(), accepted) != AcceptStatus::Accepted) return;
      for (const std::string& answer : answers) {
        char request[4096];
        if (!wait_until_ready(accepted.fd.get(), Ready::Read, deadline_in(patience))) return;
        if (::recv(accepted.fd.get(), request, sizeof request, 0) <= 0) break;
        if (answer.empty()) break;
        ::send(accepted.fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
      }
    }
  }
  Fd listener_ = listen_on("127.0.0.1", 0).value();
  std::thread thread_;
};

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Result<Response> send(Client& client, const std::string& method, const std::string& url) {
  return client.send({method, url, {}, {}}, deadline_in(patience));
}

TEST(HttpClient, ReusesItsConnection) {
  TestServer server([](const Request& request, Deadline) {
    Response out;
    out.body = request.remote;
    return out;
  });
  const auto client = make_client({});
  const auto first = send(*client, "GET", server.url("/a"));
  const auto second = send(*client, "POST", server.url("/b"));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->body, second->body);
}

TEST(HttpClient, SendsTheTargetOfEachRequestOnAKeptConnection) {
  TestServer server;
  const auto client = make_client({});
  for (const std::string target : {"/a", "/b?c=d", "/e"}) {
    const auto answer = send(*client, "GET", server.url(target));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "GET " + target + " 0");
  }
}

TEST(HttpClient, RetriesAnIdempotentRequestOnAStaleConnection) {
  Scripted server({{ok, ""}, {ok}});
  const auto client = make_client({});
  ASSERT_TRUE(send(*client, "GET", server.url()));
  const auto again = send(*client, "GET", server.url());
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(again->body, "ok");
}

TEST(HttpClient, DoesNotRepeatWhatMayHaveHappened) {
  Scripted server({{ok, ""}});
  const auto client = make_client({});
  ASSERT_TRUE(send(*client, "GET", server.url()));
  const auto again = send(*client, "POST", server.url());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::Unavailable);
}

TEST(HttpClient, DoesNotRepeatOnAFreshConnectionOrAfterABeginning) {
  const auto client = make_client({});
  {
    Scripted fresh({{""}});
    EXPECT_FALSE(send(*client, "GET", fresh.url()));
  }
  Scripted begun({{ok, "HTTP/1.1 20"}});
  ASSERT_TRUE(send(*client, "GET", begun.url()));
  EXPECT_FALSE(send(*client, "GET", begun.url()));
}

TEST(HttpClient, ReadsAnswersOfEveryFraming) {
  const std::vector<std::pair<std::string, std::string>> answers{
      {ok, "ok"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "ok"},
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok, "ok"},
      {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"},
      {"HTTP/1.1 204 No Content\r\n\r\n", ""}};
  for (const auto& [text, body] : answers) {
    Scripted server({{text}});
    const auto answer = send(*make_client({}), "GET", server.url());
    ASSERT_TRUE(answer) << text << answer.error().detail;
    EXPECT_EQ(answer->body, body);
    EXPECT_EQ(answer->headers.find("Link"), nullptr);
  }
}

TEST(HttpClient, RefusesWhatIsNotAnAnswer) {
  for (const std::string text :
       {"SSH-2.0-x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
    Scripted server({{text}});
    const auto answer = send(*make_client({}), "GET", server.url());
    ASSERT_FALSE(answer) << text;
    EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
  }
}

TEST(HttpClient, AnswerSizeIsBounded) {
  TestServer server([](const Request&, Deadline) {
    Response out;
    out.body = std::string(1001, 'x');
    return out;
  });
  ClientSettings settings;
  settings.body_bytes = 1000;
  const auto answer = send(*make_client(settings), "GET", server.url("/"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::TooLarge);
}

TEST(HttpClient, SilentServerEndsWithinTheDeadline) {
  const Fd listener = listen_on("127.0.0.1", 0).value();
  const std::string url = "http://127.0.0.1:" + std::to_string(local_port(listener.get())) + "/";
  const auto answer = make_client({})->send({"GET", url, {}, {}}, deadline_in(milliseconds{50}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Timeout);
}

TEST(HttpClient, DoesNotFollowRedirects) {
  Scripted server({{"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"}});
  const auto answer = send(*make_client({}), "GET", server.url());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
}

TEST(HttpClient, HeadHasNoBodyAndKeepsTheConnection) {
  TestServer server;
  const auto client = make_client({});
  const auto head = send(*client, "HEAD", server.url("/"));
  ASSERT_TRUE(head);
  EXPECT_TRUE(head->body.empty());
  EXPECT_TRUE(send(*client, "GET", server.url("/")));
}

TEST(HttpClient, RefusesFieldsThatWouldForgeALine) {
  TestServer server;
  OutgoingRequest request{"GET", server.url("/"), {}, {}};
  request.headers.add("Authorization", "Bearer a\r\nX: b");
  const auto answer = make_client({})->send(request, deadline_in(patience));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::InvalidValue);
  EXPECT_EQ(answer.error().detail.find("Bearer"), std::string::npos);
  EXPECT_EQ(server.handled(), 0);
}

}  // namespace
}  // namespace dirbridge::http::testing_http
