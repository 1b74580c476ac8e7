#pragma once
// Ends what cannot be given a time limit: when a deadline passes, the socket under a blocked call is shut
// down and the call returns with an error. Needed for the TLS handshake, which neither a timeout option nor
// SO_RCVTIMEO can stop. Threads: one thread of its own; watch() may be called from any thread.
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "base/clock.hpp"

namespace dirbridge::ldap {

class Watchdog {
  struct Watched {
    int fd;
    Deadline deadline;
    bool fired = false;
  };

 public:
  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // The fd must stay open for the life of the guard.
  class Guard {
   public:
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    bool fired() const;

   private:
    friend class Watchdog;
    Guard(Watchdog& owner, std::list<Watched>::iterator at) : owner_(owner), at_(at) {}
    Watchdog& owner_;
    std::list<Watched>::iterator at_;
  };
  Guard watch(int fd, Deadline deadline);
  // All deadlines pass, those of later calls as well.
  void end_all();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Watched> watched_;
  bool ended_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: starts when the rest is there
};

}  // namespace dirbridge::ldap
