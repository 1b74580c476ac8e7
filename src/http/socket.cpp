#include "http/socket.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "net/resolver.hpp"

namespace dirbridge::http {
namespace {

std::string describe(int code) {
  return std::generic_category().message(code);
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

void send_at_once(int fd) {
  net::set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

}  // namespace

Result<Fd> listen_on(const std::string& address, std::uint16_t port) {
  const auto addresses = net::look_up_now(address, port, AI_NUMERICHOST | AI_PASSIVE);
  if (!addresses)
    return error(ErrorKind::InvalidValue, "The listening address must be numeric, not " + address, "address");
  const addrinfo& where = **addresses;
  Fd fd(socket(where.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, where.ai_protocol));
  if (fd.get() >= 0) net::set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
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
  send_at_once(fd.get());
  out.remote = to_text(address, size);
  out.fd = std::move(fd);
  return AcceptStatus::Accepted;
}

Result<Fd> connect_to(const std::string& host, std::uint16_t port, Deadline deadline) {
  const auto addresses = net::system_resolver().resolve(host, port, deadline);
  if (!addresses) return addresses.error();
  auto connected = net::connect_to_any(*addresses, send_at_once, deadline);
  if (connected) return connected;
  const auto& why = connected.error();
  return error(why.kind, "Cannot connect to " + host + " port " + std::to_string(port) + ": " + why.detail);
}

}  // namespace dirbridge::http
