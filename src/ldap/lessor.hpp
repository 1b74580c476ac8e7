#pragma once
// Lends connections: at most settings.pool_size at a time, the last used first, healthy ones only. Who finds
// none free waits until its deadline. While no server can be reached, one thread at a time tries again, a few
// times a second at most, and the others share its outcome. A thread of its own closes idle connections and,
// after a fail-over, looks for the preferred server to come back; what is connected elsewhere is closed then
// as soon as it is idle. Thread-safe. Leases must end before the lessor does.
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "ldap/connection.hpp"
#include "ldap/supplier.hpp"

namespace dirbridge::ldap {

class Lessor;

class Lease {
 public:
  Lease(Lease&& other) noexcept : owner_(other.owner_), item_(std::move(other.item_)) {}
  Lease& operator=(Lease&&) = delete;
  ~Lease();
  Connection& connection() { return *item_.connection; }

 private:
  friend class Lessor;
  Lease(Lessor& owner, Supplied item) : owner_(owner), item_(std::move(item)) {}
  Lessor& owner_;
  Supplied item_;
};

class Lessor {
 public:
  explicit Lessor(Settings settings);
  ~Lessor();

  // Busy: all connections were in use until the deadline. Unavailable: no server can be reached, or all was
  // called off.
  Result<Lease> lease(Deadline deadline);

  // What waits for the directory, now and from now on, fails at once.
  void call_off();

  Supplier& supplier() { return supplier_; }
  std::vector<std::string> uris_in_use() const;  // one per open connection, idle or lent

 private:
  friend class Lease;
  struct Idle {
    Supplied item;
    Deadline since;
  };

  void give_back(Supplied item);
  bool may_open() const;
  Result<Lease> open_one(std::unique_lock<std::mutex>& lock, Deadline deadline);
  void returned(const Supplied& item);
  void forget(std::size_t rank);
  void take_care();
  std::vector<Supplied> take_stale();
  std::size_t worst_rank() const;

  Supplier supplier_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;  // a connection is free, or an attempt has ended
  std::condition_variable care_;     // something for the caretaker, or the end
  std::vector<Idle> idle_;
  std::vector<Connection*> lent_;
  std::vector<std::size_t> open_;  // by rank: connections, idle or lent
  std::size_t total_ = 0;          // open ones and those being opened
  bool outage_ = false;            // the last attempt to connect failed
  bool trying_ = false;            // somebody tries to end the outage
  std::size_t failures_ = 0;       // attempts that failed so far
  Error last_failure_;
  Deadline next_try_{};
  bool called_off_ = false;
  bool stopping_ = false;
  std::thread caretaker_;  // last: starts when the rest is there
};

}  // namespace dirbridge::ldap
