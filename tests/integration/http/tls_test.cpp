#include "http/tls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "certificate.hpp"
#include "http/client.hpp"
#include "peer.hpp"

namespace dirbridge::http::testing_http {
namespace {

using std::chrono::milliseconds;

ServerSettings with(const Certificate& certificate) {
  ServerSettings settings;
  settings.tls = TlsFiles{certificate.certificate_file(), certificate.key_file()};
  return settings;
}

class Tls : public testing::Test {
 protected:
  Result<Response> get(const std::string& url, Deadline deadline = deadline_in(patience)) {
    return client_->send({"GET", url, {}, {}}, deadline);
  }
  Certificate certificate_{"DNS:localhost,IP:127.0.0.1"};
  std::unique_ptr<Client> client_ = make_client({certificate_.certificate_file()});
};

TEST_F(Tls, RequestsAndLargeBodiesPassBothWays) {
  TestServer server(
      [](const Request& request, Deadline) {
        Response out;
        out.headers.set("Secure", request.secure ? "yes" : "no");
        out.body = request.body;
        return out;
      },
      with(certificate_));
  for (const std::size_t size : {0U, 10U, 20'000U, 3'000'000U}) {
    const std::string body(size, 'b');
    const auto answer = client_->send({"POST", server.url("/x", "https"), {}, body}, deadline_in(patience));
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(*answer->headers.find("Secure"), "yes");
    EXPECT_EQ(answer->body, body);
  }
}

TEST_F(Tls, StreamsPass) {
  TestServer server(
      [](const Request&, Deadline) {
        Response out;
        out.stream = [left = 200]() mutable -> Result<std::optional<std::string>> {
          if (left-- == 0) return std::optional<std::string>{};
          return std::optional(std::string(30'000, 's'));
        };
        return out;
      },
      with(certificate_));
  const auto answer = get(server.url("/", "https"));
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->body.size(), 200U * 30'000U);
}

TEST_F(Tls, NameOfTheServerIsVerified) {
  const Certificate other("DNS:other.example");
  TestServer server(&echo, with(other));
  client_ = make_client({other.certificate_file()});
  const auto answer = get(server.url("/", "https"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
  EXPECT_THAT(answer.error().detail, testing::HasSubstr("mismatch"));
}

TEST_F(Tls, UnknownIssuerIsRefused) {
  TestServer server(&echo, with(certificate_));
  client_ = make_client({});
  EXPECT_FALSE(get(server.url("/", "https")));
  EXPECT_EQ(server.handled(), 0);
}

TEST_F(Tls, SilentPeerEndsWithinTheDeadline) {
  const Fd listener = listen_on("127.0.0.1", 0).value();
  const auto answer = get("https://127.0.0.1:" + std::to_string(local_port(listener.get())) + "/",
                          deadline_in(milliseconds{50}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Timeout);
}

TEST_F(Tls, PlainPeerIsAnError) {
  TestServer server;
  const auto answer = get(server.url("/", "https"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
}

TEST_F(Tls, SilentClientIsDroppedInTheHandshake) {
  ServerSettings settings = with(certificate_);
  settings.limits.header_timeout = milliseconds{40};
  TestServer server(&echo, settings);
  Peer peer(server.port());
  EXPECT_TRUE(peer.at_end());
}

TEST_F(Tls, PlainRequestIsNotAnswered) {
  TestServer server(&echo, with(certificate_));
  Peer peer(server.port());
  peer.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(peer.rest().find("HTTP/"), std::string::npos);
  EXPECT_EQ(server.handled(), 0);
}

TEST_F(Tls, AnotherCertificateIsForNewConnections) {
  TestServer server(&echo, with(certificate_));
  ASSERT_TRUE(get(server.url("/", "https")));
  const Certificate renewed("DNS:localhost,IP:127.0.0.1");
  server.server().use_certificate(
      TlsContext::for_server(renewed.certificate_file(), renewed.key_file()).value());
  EXPECT_TRUE(get(server.url("/", "https"))) << "the open connection goes on";
  client_ = make_client({certificate_.certificate_file()});
  EXPECT_FALSE(get(server.url("/", "https")));
  client_ = make_client({renewed.certificate_file()});
  const auto answer = get(server.url("/", "https"));
  EXPECT_TRUE(answer) << answer.error().detail;
}

TEST_F(Tls, UnusableFilesAreErrors) {
  ServerSettings settings = with(certificate_);
  settings.tls->key_file = "/nonexistent/key.pem";
  const auto refused = Server::start(settings, &echo, &render_error);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, testing::HasSubstr("/nonexistent/key.pem"));
  const auto answer = make_client({"/nonexistent/ca.pem"})
                          ->send({"GET", "https://127.0.0.1:1/", {}, {}}, deadline_in(patience));
  EXPECT_FALSE(answer);
}

// A server that sends `text` over TLS and then drops the connection without a close_notify.
class Truncating {
 public:
  Truncating(const Certificate& certificate, std::string text)
      : context_(TlsContext::for_server(certificate.certificate_file(), certificate.key_file()).value()),
        thread_([this, text = std::move(text)] { serve(text); }) {}
  ~Truncating() { thread_.join(); }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(local_port(listener_.get())) + "/"; }

 private:
  void serve(const std::string& text) {
    const Deadline deadline = deadline_in(patience);
    Accepted accepted;
    wait_until_ready(listener_.get(), Ready::Read, deadline);
    if (accept_from(listener_.get(), accepted) != AcceptStatus::Accepted) return;
    const auto channel = context_.accept(accepted.fd.get());
    while (channel->handshake().status == IoStatus::WantRead)
      if (!wait_until_ready(accepted.fd.get(), Ready::Read, deadline)) return;
    char request[4096];
    while (channel->read(request, sizeof request).status == IoStatus::WantRead)
      if (!wait_until_ready(accepted.fd.get(), Ready::Read, deadline)) return;
    channel->write(text, {});
  }

  Fd listener_ = listen_on("127.0.0.1", 0).value();
  TlsContext context_;
  std::thread thread_;
};

TEST_F(Tls, TruncationAfterAWholeMessageIsNormal) {
  const Truncating server(certificate_, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  const auto answer = get(server.url());
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->body, "ok");
}

TEST_F(Tls, TruncationInsideAMessageIsAnError) {
  for (const std::string head : {"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", ""}) {
    const Truncating server(certificate_, "HTTP/1.1 200 OK\r\n" + head + "\r\n2\r\n");
    EXPECT_FALSE(get(server.url())) << head;
  }
}

}  // namespace
}  // namespace dirbridge::http::testing_http
