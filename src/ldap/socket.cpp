#include "ldap/socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/resolver.hpp"

namespace dirbridge::ldap {

namespace {

// slapd sends each entry as a segment of its own, and the bookkeeping per segment fills a small receive
// buffer long before the bytes do: the window closes and a list stalls.
constexpr int receive_buffer_bytes = 4 << 20;
constexpr int keepalive_idle_seconds = 60;

void set_option(int fd, int level, int name, int value) {
  setsockopt(fd, level, name, &value, sizeof value);
}

std::string errno_text(int number) {
  return std::generic_category().message(number);
}

Error unreachable(const Endpoint& endpoint, const std::string& why) {
  return error(ErrorKind::Unavailable, "cannot connect to " + endpoint.uri + ": " + why);
}

// 0, or the errno that ended the attempt.
int connect_within(int fd, const sockaddr* address, socklen_t size, Deadline deadline) {
  if (connect(fd, address, size) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd waiting{fd, POLLOUT, 0};
  for (;;) {
    const auto left = remaining(deadline).count();
    const int ready = poll(&waiting, 1, static_cast<int>(std::min<long long>(left, 3'600'000)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return errno;
    if (ready == 0) return ETIMEDOUT;
    int outcome = 0;
    socklen_t length = sizeof outcome;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &outcome, &length);
    return outcome;
  }
}

Result<Socket> connect_local(const Endpoint& endpoint, Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (endpoint.host.size() >= sizeof address.sun_path) return unreachable(endpoint, "the path is too long");
  std::memcpy(address.sun_path, endpoint.host.c_str(), endpoint.host.size() + 1);
  Socket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.fd() < 0) return unreachable(endpoint, errno_text(errno));
  // EAGAIN: the listener's queue is full, and poll() would not tell when that changes.
  for (int failure = 0;; poll(nullptr, 0, 10)) {
    failure =
        connect_within(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address, deadline);
    if (failure == 0) return socket;
    if (failure != EAGAIN || remaining(deadline).count() == 0)
      return unreachable(endpoint, errno_text(failure));
  }
}

void prepare_tcp(int fd) {
  set_option(fd, SOL_SOCKET, SO_RCVBUF, receive_buffer_bytes);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, keepalive_idle_seconds);
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

Result<Socket> connect_tcp(const Endpoint& endpoint, Deadline deadline) {
  const auto addresses =
      system_resolver().resolve(endpoint.host, static_cast<std::uint16_t>(endpoint.port), deadline);
  if (!addresses) return unreachable(endpoint, addresses.error().detail);
  int failure = 0;
  for (const addrinfo* a = addresses->get(); a; a = a->ai_next) {
    Socket socket(::socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol));
    if (socket.fd() < 0) {
      failure = errno;
      continue;
    }
    prepare_tcp(socket.fd());
    // A silent address leaves the others their share of the time.
    const auto now = std::chrono::steady_clock::now();
    const auto until = a->ai_next ? now + (deadline - now) / 2 : deadline;
    failure = connect_within(socket.fd(), a->ai_addr, a->ai_addrlen, until);
    if (failure == 0) return socket;
  }
  return unreachable(endpoint, failure == ETIMEDOUT ? "no answer in time" : errno_text(failure));
}

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Socket::~Socket() {
  if (fd_ >= 0) close(fd_);
}

int Socket::release() {
  return std::exchange(fd_, -1);
}

Result<Socket> connect_socket(const Endpoint& endpoint, Deadline deadline) {
  return endpoint.kind == Endpoint::Kind::Local ? connect_local(endpoint, deadline)
                                                : connect_tcp(endpoint, deadline);
}

void set_blocking(int fd, bool blocking) {
  const int flags = fcntl(fd, F_GETFL);
  fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

Gathered::Gathered(int fd) : fd_(fd) {
  set_option(fd_, IPPROTO_TCP, TCP_CORK, 1);
}

Gathered::~Gathered() {
  set_option(fd_, IPPROTO_TCP, TCP_CORK, 0);
}

Pending pending(int fd) {
  char byte = 0;
  const auto got = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got > 0) return Pending::Bytes;
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? Pending::Nothing
                                                                                : Pending::Closed;
}

}  // namespace dirbridge::ldap
