#include "provision/key_locks.hpp"

#include <functional>

#include "base/text.hpp"
#include "base/waiting.hpp"

namespace dirbridge::provision {

FairLock::FairLock() {
  pthread_rwlockattr_t attributes;
  pthread_rwlockattr_init(&attributes);
  pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  pthread_rwlock_init(&lock_, &attributes);
  pthread_rwlockattr_destroy(&attributes);
}

bool FairLock::acquire(Mode mode, Deadline deadline) {
  const bool exclusive = mode == Mode::Exclusive;
  if ((exclusive ? pthread_rwlock_trywrlock(&lock_) : pthread_rwlock_tryrdlock(&lock_)) == 0) return true;
  const Waiting waiting;
  // The system clock, since sanitizers know only the calls that use it; a jump shortens or lengthens one
  // wait.
  const auto until = std::chrono::system_clock::now() + remaining(deadline);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(until);
  const timespec limit{std::chrono::system_clock::to_time_t(seconds),
                       std::chrono::duration_cast<std::chrono::nanoseconds>(until - seconds).count()};
  return (exclusive ? pthread_rwlock_timedwrlock(&lock_, &limit)
                    : pthread_rwlock_timedrdlock(&lock_, &limit)) == 0;
}

// Names that some server may take for one share a lock.
std::size_t KeyLocks::stripe_of(const std::string& key) {
  return std::hash<std::string>()(fold_widely(key)) % stripes;
}

KeyLocks::Lease::~Lease() {
  for (auto* lock : locks_) lock->release();
}

Result<KeyLocks::Lease> KeyLocks::acquire(Locks& locks, const Wanted& wanted, const char* refusal,
                                          Deadline deadline) {
  Lease lease;
  lease.locks_.reserve(wanted.size());
  for (const auto& [stripe, mode] : wanted) {
    auto& lock = locks[stripe];
    if (!lock.acquire(mode, deadline)) return error(ErrorKind::Busy, refusal);
    lease.locks_.push_back(&lock);
  }
  return lease;
}

Result<KeyLocks::Lease> KeyLocks::acquire(const Keys& keys, Deadline deadline) {
  Wanted wanted;
  for (const auto& key : keys.shared) wanted.emplace(stripe_of(key), FairLock::Mode::Shared);
  for (const auto& key : keys.exclusive) wanted.insert_or_assign(stripe_of(key), FairLock::Mode::Exclusive);
  return acquire(locks_, wanted, "another change of the same resource takes too long", deadline);
}

Result<KeyLocks::Lease> KeyLocks::acquire_group(const std::string& key, Deadline deadline) {
  return acquire_groups({&key, 1}, deadline);
}

Result<KeyLocks::Lease> KeyLocks::acquire_groups(std::span<const std::string> keys, Deadline deadline) {
  Wanted wanted;
  for (const auto& key : keys) wanted.emplace(stripe_of(key), FairLock::Mode::Exclusive);
  return acquire(groups_, wanted, "another change of the same directory group takes too long", deadline);
}

}  // namespace dirbridge::provision
