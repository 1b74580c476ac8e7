#pragma once
// Locks on names within one process: who resolves a name (a member id to its DN) holds it shared while the
// result is in use; who changes what the name means (rename, delete, arrival) holds it exclusively. Between
// processes the directory's own checks decide; these locks only keep the common case free of races.
// Thread-safe.
#include <pthread.h>

#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "sync/name_changes.hpp"

namespace dirbridge::provision {

struct Keys {
  std::vector<std::string> exclusive;
  std::vector<std::string> shared;
};

// A reader-writer lock that lets nobody pass a waiting writer: under steady load std::shared_timed_mutex
// would keep a rename waiting for ever.
class FairLock {
 public:
  enum class Mode { Shared, Exclusive };

  FairLock();
  ~FairLock() { pthread_rwlock_destroy(&lock_); }
  FairLock(const FairLock&) = delete;
  FairLock& operator=(const FairLock&) = delete;
  bool acquire(Mode mode, Deadline deadline);  // false: the deadline passed
  void release() { pthread_rwlock_unlock(&lock_); }

 private:
  pthread_rwlock_t lock_;
};

class KeyLocks {
 public:
  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept : locks_(std::move(other.locks_)) { other.locks_.clear(); }
    Lease& operator=(Lease&&) = delete;
    ~Lease();

   private:
    friend class KeyLocks;
    std::vector<FairLock*> locks_;
  };

  // All keys at once, in one global order, so that callers cannot deadlock. Call it once per operation. Busy
  // when the deadline passes first.
  Result<Lease> acquire(const Keys& keys, Deadline deadline);

  // The DNs that change at this moment; they need no key.
  sync::NameChanges& names() { return names_; }

  // A directory group, while its members are brought in line with the grants. May be called while keys are
  // held, but no groups; no keys are acquired while it is held.
  Result<Lease> acquire_group(const std::string& key, Deadline deadline);
  // The same for several, all at once.
  Result<Lease> acquire_groups(std::span<const std::string> keys, Deadline deadline);

 private:
  static constexpr std::size_t stripes = 256;
  using Locks = std::array<FairLock, stripes>;
  using Wanted = std::map<std::size_t, FairLock::Mode>;  // by stripe
  static std::size_t stripe_of(const std::string& key);
  static Result<Lease> acquire(Locks& locks, const Wanted& wanted, const char* refusal, Deadline deadline);
  Locks locks_;
  Locks groups_;
  sync::NameChanges names_;
};

}  // namespace dirbridge::provision
