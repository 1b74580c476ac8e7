#include "http/socket.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>
#include <utility>

#include "base/resolver.hpp"

namespace dirbridge::http {
namespace {

std::string describe(int code) {
  return std::generic_category().message(code);
}

void set_option(int fd, int level, int name, int value) {
  setsockopt(fd, level, name, &value, sizeof value);
}

std::string to_text(const sockaddr_storage& address, socklen_t size) {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  const void* raw = &address;
  if (getnameinfo(static_cast<const sockaddr*>(raw), size, host, sizeof host, port, sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return "unknown";
  if (address.ss_family == AF_INET6) return "[" + std::string(host) + "]:" + port;
  return std::string(host) + ":" + port;
}

// 0, or the errno of the failed attempt.
int connect_one(const addrinfo& address, Deadline deadline, Fd& out) {
  Fd fd(socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (fd.get() < 0) return errno;
  set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  if (connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return errno;
    if (!wait_until_ready(fd.get(), Ready::Write, deadline)) return ETIMEDOUT;
    int code = 0;
    socklen_t size = sizeof code;
    getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &code, &size);
    if (code != 0) return code;
  }
  out = std::move(fd);
  return 0;
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    const Fd old(std::exchange(fd_, other.release()));
  }
  return *this;
}

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

int Fd::release() {
  return std::exchange(fd_, -1);
}

Result<Fd> listen_on(const std::string& address, std::uint16_t port) {
  const auto addresses = look_up_now(address, port, AI_NUMERICHOST | AI_PASSIVE);
  if (!addresses)
    return error(ErrorKind::InvalidValue, "The listening address must be numeric, not " + address, "address");
  const addrinfo& where = **addresses;
  Fd fd(socket(where.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, where.ai_protocol));
  if (fd.get() >= 0) set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (fd.get() < 0 || bind(fd.get(), where.ai_addr, where.ai_addrlen) != 0 ||
      listen(fd.get(), SOMAXCONN) != 0)
    return error(ErrorKind::Unavailable,
                 "Cannot listen on " + address + " port " + std::to_string(port) + ": " + describe(errno));
  return fd;
}

std::uint16_t local_port(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  void* raw = &address;
  if (getsockname(fd, static_cast<sockaddr*>(raw), &size) != 0) return 0;
  if (address.ss_family == AF_INET6) return ntohs(static_cast<sockaddr_in6*>(raw)->sin6_port);
  return ntohs(static_cast<sockaddr_in*>(raw)->sin_port);
}

std::string origin_of(const std::string& remote) {
  const auto colon = remote.rfind(':');
  if (!remote.starts_with('[') || colon < 2 || colon == std::string::npos) return remote.substr(0, colon);
  auto address = remote.substr(1, colon - 2);
  in6_addr bytes{};
  if (inet_pton(AF_INET6, address.c_str(), &bytes) != 1) return address;
  if (IN6_IS_ADDR_V4MAPPED(&bytes)) return address.substr(address.rfind(':') + 1);
  std::fill(std::begin(bytes.s6_addr) + 8, std::end(bytes.s6_addr), std::uint8_t{0});
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(AF_INET6, &bytes, text, sizeof text) ? std::string(text) + "/64" : address;
}

AcceptStatus accept_from(int listener, Accepted& out) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  void* raw = &address;
  Fd fd(accept4(listener, static_cast<sockaddr*>(raw), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd.get() < 0) {
    const bool exhausted = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    return exhausted ? AcceptStatus::OutOfResources : AcceptStatus::WouldBlock;
  }
  set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  out.remote = to_text(address, size);
  out.fd = std::move(fd);
  return AcceptStatus::Accepted;
}

Result<Fd> connect_to(const std::string& host, std::uint16_t port, Deadline deadline) {
  auto addresses = system_resolver().resolve(host, port, deadline);
  if (!addresses) return addresses.error();
  int left = 0;
  for (const addrinfo* a = addresses->get(); a != nullptr; a = a->ai_next) ++left;
  int code = ETIMEDOUT;
  for (const addrinfo* a = addresses->get(); a != nullptr; a = a->ai_next, --left) {
    // A dead first address must leave time for the others.
    const auto now = std::chrono::steady_clock::now();
    Fd fd;
    code = connect_one(*a, now + std::max(deadline - now, Deadline::duration::zero()) / left, fd);
    if (code == 0) return fd;
  }
  return error(code == ETIMEDOUT ? ErrorKind::Timeout : ErrorKind::Unavailable,
               "Cannot connect to " + host + " port " + std::to_string(port) + ": " + describe(code));
}

bool wait_until_ready(int fd, Ready what, Deadline deadline) {
  pollfd entry{fd, static_cast<short>(what == Ready::Read ? POLLIN : POLLOUT), 0};
  for (;;) {
    const auto left = std::min(remaining(deadline), std::chrono::milliseconds{60'000});
    const int count = poll(&entry, 1, static_cast<int>(left.count()));
    if (count > 0) return true;
    if (count < 0 && errno != EINTR) return true;  // the next read or write reports what is wrong
    if (std::chrono::steady_clock::now() >= deadline) return false;
  }
}

}  // namespace dirbridge::http
