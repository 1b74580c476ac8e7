#include "ldap/socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "net/connect.hpp"

namespace dirbridge::ldap {

namespace {

// slapd sends each entry as a segment of its own, and the bookkeeping per segment fills a small receive
// buffer long before the bytes do: the window closes and a list stalls.
constexpr int receive_buffer_bytes = 4 << 20;
constexpr int keepalive_idle_seconds = 60;

std::string errno_text(int number) {
  return std::generic_category().message(number);
}

Error unreachable(const Endpoint& endpoint, const std::string& why) {
  return error(ErrorKind::Unavailable, "cannot connect to " + endpoint.uri + ": " + why);
}

Result<Descriptor> connect_local(const Endpoint& endpoint, Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (endpoint.host.size() >= sizeof address.sun_path) return unreachable(endpoint, "the path is too long");
  std::memcpy(address.sun_path, endpoint.host.c_str(), endpoint.host.size() + 1);
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return unreachable(endpoint, errno_text(errno));
  // EAGAIN: the listener's queue is full, and poll() would not tell when that changes.
  for (int failure = 0;; poll(nullptr, 0, 10)) {
    failure = net::connect_within(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address,
                                  deadline);
    if (failure == 0) return socket;
    if (failure != EAGAIN || remaining(deadline).count() == 0)
      return unreachable(endpoint, errno_text(failure));
  }
}

void prepare_tcp(int fd) {
  net::set_option(fd, SOL_SOCKET, SO_RCVBUF, receive_buffer_bytes);
  net::set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  net::set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, keepalive_idle_seconds);
  net::set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

Result<Descriptor> connect_tcp(const Endpoint& endpoint, Deadline deadline) {
  const auto addresses =
      net::system_resolver().resolve(endpoint.host, static_cast<std::uint16_t>(endpoint.port), deadline);
  if (!addresses) return unreachable(endpoint, addresses.error().detail);
  auto connected = net::connect_to_any(*addresses, prepare_tcp, deadline);
  if (connected) return connected;
  const auto& why = connected.error();
  return unreachable(endpoint, why.kind == ErrorKind::Timeout ? "no answer in time" : why.detail);
}

}  // namespace

Result<Descriptor> connect_socket(const Endpoint& endpoint, Deadline deadline) {
  return endpoint.kind == Endpoint::Kind::Local ? connect_local(endpoint, deadline)
                                                : connect_tcp(endpoint, deadline);
}

void set_blocking(int fd, bool blocking) {
  const int flags = fcntl(fd, F_GETFL);
  fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

Gathered::Gathered(int fd) : fd_(fd) {
  net::set_option(fd_, IPPROTO_TCP, TCP_CORK, 1);
}

Gathered::~Gathered() {
  net::set_option(fd_, IPPROTO_TCP, TCP_CORK, 0);
}

Pending pending(int fd) {
  char byte = 0;
  const auto got = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got > 0) return Pending::Bytes;
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? Pending::Nothing
                                                                                : Pending::Closed;
}

}  // namespace dirbridge::ldap
