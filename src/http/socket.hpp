#pragma once
// TCP sockets as owned, non-blocking file descriptors. No thread rules of their own.
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/connect.hpp"

namespace dirbridge::http {

using Fd = Descriptor;

struct Accepted {
  Fd fd;
  std::string remote;  // "address:port", IPv6 in brackets
};

// Of a remote, what one sender cannot change at will: the address, of IPv6 its /64 network.
std::string origin_of(const std::string& remote);

enum class AcceptStatus { Accepted, WouldBlock, OutOfResources };

// `address` is numeric. Port 0 takes any free one.
Result<Fd> listen_on(const std::string& address, std::uint16_t port);
std::uint16_t local_port(int fd);
// Non-blocking; fills `out` only on Accepted. A connection that died in the queue counts as WouldBlock.
AcceptStatus accept_from(int listener, Accepted& out);

// Resolves and connects, trying each address in turn.
Result<Fd> connect_to(const std::string& host, std::uint16_t port, Deadline deadline);

using net::Ready;
using net::wait_until_ready;

}  // namespace dirbridge::http
