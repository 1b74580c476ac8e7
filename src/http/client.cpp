#include "http/client.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "http/channel.hpp"
#include "http/response_parser.hpp"
#include "http/socket.hpp"
#include "http/tls.hpp"
#include "http/url.hpp"
#include "http/wire.hpp"

namespace dirbridge::http {
namespace {

struct Connection {
  Url origin;
  Fd fd;
  std::unique_ptr<Channel> channel;  // over fd: ends first
};

bool is_idempotent(std::string_view method) {
  static constexpr std::array<std::string_view, 5> safe_to_repeat{"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
  return std::find(safe_to_repeat.begin(), safe_to_repeat.end(), method) != safe_to_repeat.end();
}

Error too_late(const Url& url) {
  return error(ErrorKind::Timeout, url.authority + " did not answer in time");
}

Result<void> check(const OutgoingRequest& request) {
  if (!wire::is_token(request.method))
    return error(ErrorKind::InvalidValue, "The method " + request.method + " is not a token");
  for (const auto& [name, value] : request.headers)
    if (!wire::is_token(name) || !wire::is_field_value(value))
      return error(ErrorKind::InvalidValue, "The header field " + name + " cannot be sent");
  return {};
}

std::string head_of(const OutgoingRequest& request, const Url& url) {
  std::string out = request.method + " " + url.target + " HTTP/1.1\r\nHost: " + url.authority + "\r\n";
  for (const auto& [name, value] : request.headers) {
    if (iequals(name, "Host") || iequals(name, "Content-Length") || iequals(name, "Transfer-Encoding"))
      continue;
    out += name + ": " + value + "\r\n";
  }
  const bool has_content = !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
                           request.method == "PATCH";
  if (has_content) out += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return out + "\r\n";
}

class BlockingClient final : public Client {
 public:
  explicit BlockingClient(ClientSettings settings) : settings_(std::move(settings)) {}

  Result<Response> send(const OutgoingRequest& request, Deadline deadline) override;

 private:
  struct Attempt {
    Result<Response> answer;
    bool answered = false;  // at least one byte came back
  };

  Result<Connection> open(const Url& url, Deadline deadline);
  Result<const TlsContext*> tls();
  Attempt exchange(Connection& connection, const OutgoingRequest& request, Deadline deadline);
  Result<void> write_request(Connection& connection, const OutgoingRequest& request, Deadline deadline);
  Attempt read_answer(Connection& connection, bool to_head, Deadline deadline);
  Result<Response> finish(ResponseParser& parser, bool reusable);

  const ClientSettings settings_;
  std::optional<TlsContext> tls_;
  std::optional<Connection> idle_;
  bool keep_ = false;  // the last answer leaves its connection usable
};

// Waits for what `status` asks for; false when the deadline passed.
bool wait_for(const Connection& connection, IoStatus status, Deadline deadline) {
  return wait_until_ready(connection.fd.get(), status == IoStatus::WantWrite ? Ready::Write : Ready::Read,
                          deadline);
}

bool wants(IoStatus status) {
  return status == IoStatus::WantRead || status == IoStatus::WantWrite;
}

Error broken(const Connection& connection) {
  return error(ErrorKind::Unavailable, "The connection to " + connection.origin.authority + " broke");
}

Result<const TlsContext*> BlockingClient::tls() {
  if (!tls_) {
    auto context = TlsContext::for_client(settings_.ca_file);
    if (!context) return context.error();
    tls_ = std::move(*context);
  }
  return &*tls_;
}

Result<Connection> BlockingClient::open(const Url& url, Deadline deadline) {
  auto fd = connect_to(url.host, url.port, deadline);
  if (!fd) return fd.error();
  Connection connection{url, std::move(*fd), nullptr};
  if (!url.secure) {
    connection.channel = make_plain_channel(connection.fd.get());
    return connection;
  }
  auto context = tls();
  if (!context) return context.error();
  connection.channel = (*context)->connect(connection.fd.get(), url.host);
  for (;;) {
    const IoStatus status = connection.channel->handshake().status;
    if (status == IoStatus::Done) return connection;
    if (!wants(status))
      return error(ErrorKind::Unavailable, "TLS with " + url.authority + " failed: " + last_tls_error());
    if (!wait_for(connection, status, deadline)) return too_late(url);
  }
}

Result<void> BlockingClient::write_request(Connection& connection, const OutgoingRequest& request,
                                           Deadline deadline) {
  const std::string head = head_of(request, connection.origin);
  std::size_t done = 0;
  while (done < head.size() + request.body.size()) {
    const std::string_view first = std::string_view(head).substr(std::min(done, head.size()));
    const std::size_t of_body = done > head.size() ? done - head.size() : 0;
    const IoResult result = connection.channel->write(first, std::string_view(request.body).substr(of_body));
    if (result.status == IoStatus::Done) {
      done += result.bytes;
    } else if (!wants(result.status)) {
      return broken(connection);
    } else if (!wait_for(connection, result.status, deadline)) {
      return too_late(connection.origin);
    }
  }
  return {};
}

Result<Response> BlockingClient::finish(ResponseParser& parser, bool reusable) {
  keep_ = reusable && parser.keep_alive();
  return std::move(parser.response());
}

BlockingClient::Attempt BlockingClient::read_answer(Connection& connection, bool to_head, Deadline deadline) {
  auto parser = std::make_unique<ResponseParser>(settings_.body_bytes, to_head);
  std::vector<char> buffer(16 * 1024);
  std::string pending;
  bool answered = false;
  for (;;) {
    const IoResult got = connection.channel->read(buffer.data(), buffer.size());
    if (wants(got.status)) {
      if (!wait_for(connection, got.status, deadline)) return {too_late(connection.origin), answered};
      continue;
    }
    if (got.status == IoStatus::Closed && parser->ends_with_stream() &&
        parser->feed_end() == ResponseParser::Step::Done)
      return {finish(*parser, false), true};
    if (got.status != IoStatus::Done) return {broken(connection), answered};
    answered = true;
    pending.append(buffer.data(), got.bytes);
    auto step = ResponseParser::Step::Done;
    while (step == ResponseParser::Step::Done) {
      std::size_t used = 0;
      step = parser->feed(pending, used);
      pending.erase(0, used);
      if (step != ResponseParser::Step::Done) break;
      if (parser->response().status >= 200) return {finish(*parser, pending.empty()), true};
      parser = std::make_unique<ResponseParser>(settings_.body_bytes, to_head);
    }
    const std::string& who = connection.origin.authority;
    if (step == ResponseParser::Step::TooLarge)
      return {error(ErrorKind::TooLarge, "The answer of " + who + " is too large"), true};
    if (step == ResponseParser::Step::Malformed)
      return {error(ErrorKind::Unavailable, who + " answered something that is not HTTP"), true};
    if (std::chrono::steady_clock::now() >= deadline) return {too_late(connection.origin), true};
  }
}

BlockingClient::Attempt BlockingClient::exchange(Connection& connection, const OutgoingRequest& request,
                                                 Deadline deadline) {
  // A server may answer and close before it has read a body: what it said counts, not that the write broke.
  const auto written = write_request(connection, request, deadline);
  if (!written && written.error().kind == ErrorKind::Timeout) return {written.error(), false};
  return read_answer(connection, request.method == "HEAD", deadline);
}

Result<Response> BlockingClient::send(const OutgoingRequest& request, Deadline deadline) {
  auto url = parse_url(request.url);
  if (!url) return url.error();
  if (auto sendable = check(request); !sendable) return sendable.error();
  std::optional<Connection> connection = std::exchange(idle_, std::nullopt);
  if (connection && !connection->origin.same_origin(*url)) connection.reset();
  if (connection) connection->origin = *url;  // the same server, but another target
  const bool reused = connection.has_value();
  for (bool first = true;; first = false) {
    if (!connection) {
      auto opened = open(*url, deadline);
      if (!opened) return opened.error();
      connection = std::move(*opened);
    }
    keep_ = false;
    Attempt attempt = exchange(*connection, request, deadline);
    const bool stale =
        !attempt.answer && attempt.answer.error().kind == ErrorKind::Unavailable && !attempt.answered;
    if (stale && reused && first && is_idempotent(request.method)) {
      connection.reset();
      continue;
    }
    if (keep_) idle_ = std::move(connection);
    return std::move(attempt.answer);
  }
}

}  // namespace

std::unique_ptr<Client> make_client(const ClientSettings& settings) {
  return std::make_unique<BlockingClient>(settings);
}

}  // namespace dirbridge::http
