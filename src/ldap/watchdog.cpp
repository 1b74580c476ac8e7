#include "ldap/watchdog.hpp"

#include <sys/socket.h>

#include <algorithm>

namespace dirbridge::ldap {

Watchdog::Watchdog() : thread_([this] { run(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

Watchdog::Guard Watchdog::watch(int fd, Deadline deadline) {
  std::list<Watched>::iterator at;
  {
    const std::lock_guard lock(mutex_);
    at = watched_.insert(watched_.end(), Watched{fd, deadline});
  }
  changed_.notify_one();
  return Guard(*this, at);
}

void Watchdog::end_all() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
}

Watchdog::Guard::~Guard() {
  const std::lock_guard lock(owner_.mutex_);
  owner_.watched_.erase(at_);
}

bool Watchdog::Guard::fired() const {
  const std::lock_guard lock(owner_.mutex_);
  return at_->fired;
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    auto next = Deadline::max();
    const auto now = std::chrono::steady_clock::now();
    for (auto& w : watched_) {
      if (w.fired) continue;
      if (ended_ || w.deadline <= now) {
        w.fired = true;
        shutdown(w.fd, SHUT_RDWR);
      } else {
        next = std::min(next, w.deadline);
      }
    }
    if (next == Deadline::max())
      changed_.wait(lock);
    else
      changed_.wait_until(lock, next);
  }
}

}  // namespace dirbridge::ldap
