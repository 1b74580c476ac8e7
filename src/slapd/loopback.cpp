#include "slapd/loopback.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "base/descriptor.hpp"
#include "slapd/files.hpp"

namespace dirbridge::slapd {
namespace {

Descriptor new_socket() {
  return Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool bind_to(const Descriptor& socket, std::uint16_t port) {
  const int on = 1;
  const sockaddr_in address = loopback(port);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
         ::listen(socket.get(), 1) == 0;
}

// SearchRequest (RFC 4511 4.5.1), message 1: base "", scope base, (objectClass=*), attributes 1.1.
constexpr std::array<unsigned char, 44> root_dse_search{
    0x30, 0x2a, 0x02, 0x01, 0x01, 0x63, 0x25, 0x04, 0x00, 0x0a, 0x01, 0x00, 0x0a, 0x01, 0x00,
    0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x01, 0x01, 0x00, 0x87, 0x0b, 'o',  'b',  'j',  'e',
    'c',  't',  'C',  'l',  'a',  's',  's',  0x30, 0x05, 0x04, 0x03, '1',  '.',  '1'};
constexpr unsigned char ldap_message_tag = 0x30;

}  // namespace

Result<std::uint16_t> free_port() {
  const auto socket = new_socket();
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (!bind_to(socket, 0) || ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return error(ErrorKind::Internal, std::string("no free port on 127.0.0.1: ") + system_reason(errno));
  }
  return ntohs(address.sin_port);
}

bool port_is_free(std::uint16_t port) {
  const auto socket = new_socket();
  return bind_to(socket, port);
}

bool ldap_answers(std::uint16_t port, Deadline deadline) {
  const auto socket = new_socket();
  const sockaddr_in address = loopback(port);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return false;
  if (::send(socket.get(), root_dse_search.data(), root_dse_search.size(), MSG_NOSIGNAL) < 0) return false;
  pollfd wait{.fd = socket.get(), .events = POLLIN, .revents = 0};
  const auto left = std::min<std::int64_t>(remaining(deadline).count(), INT_MAX);
  if (::poll(&wait, 1, static_cast<int>(left)) != 1) return false;
  unsigned char first = 0;
  return ::recv(socket.get(), &first, 1, 0) == 1 && first == ldap_message_tag;
}

}  // namespace dirbridge::slapd
