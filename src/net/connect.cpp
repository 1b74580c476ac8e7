#include "net/connect.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

namespace dirbridge::net {

namespace {

constexpr std::chrono::milliseconds longest_poll{60'000};

}  // namespace

void set_option(int fd, int level, int name, int value) {
  setsockopt(fd, level, name, &value, sizeof value);
}

bool wait_until_ready(int fd, Ready what, Deadline deadline) {
  pollfd entry{fd, static_cast<short>(what == Ready::Read ? POLLIN : POLLOUT), 0};
  for (;;) {
    const auto left = std::min(remaining(deadline), longest_poll);
    const int count = poll(&entry, 1, static_cast<int>(left.count()));
    if (count > 0 || (count < 0 && errno != EINTR)) return true;
    if (std::chrono::steady_clock::now() >= deadline) return false;
  }
}

int connect_within(int fd, const sockaddr* address, socklen_t size, Deadline deadline) {
  if (connect(fd, address, size) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!wait_until_ready(fd, Ready::Write, deadline)) return ETIMEDOUT;
  int outcome = 0;
  socklen_t length = sizeof outcome;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &outcome, &length);
  return outcome;
}

Result<Descriptor> connect_to_any(const Addresses& addresses, Prepare prepare, Deadline deadline) {
  int left = 0;
  for (const addrinfo* a = addresses.get(); a; a = a->ai_next) ++left;
  int failure = ETIMEDOUT;
  for (const addrinfo* a = addresses.get(); a; a = a->ai_next, --left) {
    Descriptor socket(::socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol));
    if (!socket.is_open()) {
      failure = errno;
      continue;
    }
    prepare(socket.get());
    const auto now = std::chrono::steady_clock::now();
    const auto share = std::max(deadline - now, Deadline::duration::zero()) / left;
    failure = connect_within(socket.get(), a->ai_addr, a->ai_addrlen, now + share);
    if (failure == 0) return socket;
  }
  return error(failure == ETIMEDOUT ? ErrorKind::Timeout : ErrorKind::Unavailable,
               std::generic_category().message(failure));
}

}  // namespace dirbridge::net
