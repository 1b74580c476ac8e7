#include "http_load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "http_reader.hpp"

namespace dirbridge::bench {
namespace {

Result<int> connect_loopback(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr generic{};
  static_assert(sizeof generic == sizeof address);
  std::memcpy(&generic, &address, sizeof address);
  if (fd < 0 || ::connect(fd, &generic, sizeof generic) != 0) {
    const std::string reason = std::strerror(errno);
    if (fd >= 0) ::close(fd);
    return error(ErrorKind::Unavailable, "cannot connect to port " + std::to_string(port) + ": " + reason);
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

std::string excerpt(std::string_view body) {
  return std::string(body.substr(0, 300));
}

}  // namespace

struct HttpLoad::Connection {
  int fd = -1;
  std::size_t slot = 0;
  HttpReader reader;
  HttpReader::State state = HttpReader::State::NeedMore;
  std::string_view unsent;
  bool busy = false;
  bool waits_for_room = false;
  std::size_t job = 0;
  SteadyTime sent;

  ~Connection() {
    if (fd >= 0) ::close(fd);
  }
};

struct HttpLoad::Run {
  const std::vector<HttpRequest>& jobs;
  Schedule& schedule;
  SteadyTime end;
  Slice slice;
  std::size_t in_flight = 0;
};

std::string http_bytes(std::string_view method, std::string_view target, std::string_view token,
                       std::string_view body) {
  std::string bytes;
  bytes.reserve(256 + target.size() + body.size());
  bytes.append(method).append(" ").append(target).append(
      " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ");
  bytes.append(token).append("\r\nAccept: application/scim+json\r\n");
  if (!body.empty()) {
    bytes.append("Content-Type: application/scim+json\r\nContent-Length: ");
    bytes.append(std::to_string(body.size())).append("\r\n");
  }
  return bytes.append("\r\n").append(body);
}

Result<std::unique_ptr<HttpLoad>> HttpLoad::connect(std::uint16_t port, std::size_t connections) {
  std::unique_ptr<HttpLoad> load(new HttpLoad);
  load->epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  for (std::size_t i = 0; i < connections; ++i) {
    auto fd = connect_loopback(port);
    if (!fd) return fd.error();
    auto connection = std::make_unique<Connection>();
    connection->fd = *fd;
    connection->slot = i;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    if (::epoll_ctl(load->epoll_, EPOLL_CTL_ADD, *fd, &event) != 0)
      return error(ErrorKind::Internal, std::string("epoll_ctl: ") + std::strerror(errno));
    load->connections_.push_back(std::move(connection));
  }
  return load;
}

HttpLoad::~HttpLoad() {
  if (epoll_ >= 0) ::close(epoll_);
}

bool HttpLoad::flush(Connection& connection) {
  while (!connection.unsent.empty()) {
    const ssize_t sent = ::send(connection.fd, connection.unsent.data(), connection.unsent.size(),
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    connection.unsent.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool HttpLoad::receive(Connection& connection) {
  static thread_local std::array<char, 256 * 1024> buffer;
  for (;;) {
    const ssize_t size = ::recv(connection.fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    if (size == 0) return false;
    connection.state = connection.reader.feed({buffer.data(), static_cast<std::size_t>(size)});
    if (connection.state != HttpReader::State::NeedMore) return true;
    if (static_cast<std::size_t>(size) < buffer.size()) return true;
  }
}

bool HttpLoad::watch(const Connection& connection, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = connection.slot;
  return ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd, &event) == 0;
}

bool HttpLoad::send_next(std::size_t slot, Run& run) {
  Connection& connection = *connections_[slot];
  connection.busy = false;
  connection.sent = std::chrono::steady_clock::now();
  if (connection.sent >= run.end) return true;
  const auto job = run.schedule.next(slot);
  if (!job) return true;
  connection.reader.start();
  connection.state = HttpReader::State::NeedMore;
  connection.job = *job;
  connection.unsent = run.jobs[*job].bytes;
  connection.busy = true;
  ++run.in_flight;
  if (!flush(connection)) return false;
  if (connection.unsent.empty()) return true;
  connection.waits_for_room = true;
  return watch(connection, EPOLLIN | EPOLLOUT);
}

bool HttpLoad::on_ready(std::size_t slot, std::uint32_t events, Run& run) {
  Connection& connection = *connections_[slot];
  if (connection.waits_for_room && (events & EPOLLOUT) != 0) {
    if (!flush(connection)) return false;
    if (connection.unsent.empty()) {
      connection.waits_for_room = false;
      if (!watch(connection, EPOLLIN)) return false;
    }
  }
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return true;
  if (!receive(connection) || connection.state == HttpReader::State::Broken) return false;
  if (connection.state != HttpReader::State::Complete || !connection.busy) return true;
  finish(slot, run);
  return !connection.reader.closes() && send_next(slot, run);
}

void HttpLoad::finish(std::size_t slot, Run& run) {
  const Connection& connection = *connections_[slot];
  --run.in_flight;
  const int status = connection.reader.status();
  const std::string& evidence = run.jobs[connection.job].evidence;
  const std::string_view body = connection.reader.body();
  if (status / 100 == 2 && (evidence.empty() || body.find(evidence) != std::string_view::npos)) {
    run.slice.acknowledge(connection.job, connection.sent, std::chrono::steady_clock::now());
  } else {
    run.slice.fail("status " + std::to_string(status) + ", body " + excerpt(body));
  }
}

Slice HttpLoad::run(const std::vector<HttpRequest>& jobs, Schedule& schedule,
                    std::chrono::milliseconds duration) {
  const SteadyTime begin = std::chrono::steady_clock::now();
  Run run{jobs, schedule, begin + duration, {}, 0};
  bool intact = true;
  for (std::size_t slot = 0; slot < connections_.size(); ++slot) intact = send_next(slot, run) && intact;
  std::array<epoll_event, 64> events;
  while (intact && run.in_flight > 0) {
    const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), patience_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) intact = false;
    for (int i = 0; i < ready && intact; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      intact = on_ready(static_cast<std::size_t>(event.data.u64), event.events, run);
    }
  }
  if (!intact) run.slice.fail("the bridge broke a connection or was silent");
  run.slice.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return std::move(run.slice);
}

Result<HttpAnswer> HttpLoad::exchange(const std::string& bytes) {
  Connection& connection = *connections_.front();
  connection.reader.start();
  connection.state = HttpReader::State::NeedMore;
  connection.unsent = bytes;
  const auto broken = error(ErrorKind::Unavailable, "the bridge broke a connection or was silent");
  while (connection.state == HttpReader::State::NeedMore) {
    if (!flush(connection)) return broken;
    pollfd wait{connection.fd, POLLIN, 0};
    if (!connection.unsent.empty()) wait.events |= POLLOUT;
    if (::poll(&wait, 1, patience_ms) <= 0) return broken;
    if ((wait.revents & ~POLLOUT) != 0 && !receive(connection)) return broken;
  }
  if (connection.state == HttpReader::State::Broken)
    return error(ErrorKind::InvalidSyntax, "not an HTTP answer");
  return HttpAnswer{connection.reader.status(), std::string(connection.reader.body())};
}

}  // namespace dirbridge::bench
