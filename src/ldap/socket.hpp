#pragma once
// A connected, non-blocking stream socket to an endpoint. We connect ourselves instead of letting libldap do
// it: each address of the host is tried within one deadline, nothing can hang, and the receive buffer is
// large before the first byte, which bulk reads over TCP need. Looking up the host's name is part of it.
#include "base/clock.hpp"
#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "ldap/endpoint.hpp"

namespace dirbridge::ldap {

// Unavailable when nothing answers at any address of the host.
Result<Descriptor> connect_socket(const Endpoint& endpoint, Deadline deadline);

void set_blocking(int fd, bool blocking);

// As long as it lives, what is written to a TCP socket is gathered and goes out in as few segments as it
// fills, so that the peer is woken once for several requests. Nothing on other sockets. For a moment only.
class Gathered {
 public:
  explicit Gathered(int fd);
  ~Gathered();
  Gathered(const Gathered&) = delete;
  Gathered& operator=(const Gathered&) = delete;

 private:
  int fd_;
};

// What waits at a socket on which no answer is expected: nothing, the end, or bytes.
enum class Pending { Nothing, Closed, Bytes };
Pending pending(int fd);

}  // namespace dirbridge::ldap
