#pragma once
// Stream sockets that are connected within a deadline. They are non-blocking, and not inherited by child
// processes. No thread rules of their own.
#include <sys/socket.h>

#include "base/clock.hpp"
#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "net/resolver.hpp"

namespace dirbridge::net {

void set_option(int fd, int level, int name, int value);

enum class Ready { Read, Write };
// False when the deadline passed first. What is wrong with the socket shows in the next read or write.
bool wait_until_ready(int fd, Ready what, Deadline deadline);

// 0, or the errno of the failure; ETIMEDOUT when the deadline passed. `fd` is non-blocking.
int connect_within(int fd, const sockaddr* address, socklen_t size, Deadline deadline);

// Tries each address in turn; one that is silent leaves the others their share of the time. `prepare` sets
// the options of each socket before it connects. Timeout or Unavailable, with the reason of the last one.
using Prepare = void (*)(int fd);
Result<Descriptor> connect_to_any(const Addresses& addresses, Prepare prepare, Deadline deadline);

}  // namespace dirbridge::net
