#include "provision/key_locks.hpp"

#include <functional>
#include <map>

namespace dirbridge::provision {

KeyLocks::Held::~Held() {
  for (const auto& lock : locks_) {
    if (lock.exclusive)
      lock.mutex->unlock();
    else
      lock.mutex->unlock_shared();
  }
}

Result<KeyLocks::Held> KeyLocks::acquire(const Keys& keys, Deadline deadline) {
  const std::hash<std::string> hash;
  std::map<std::size_t, bool> wanted;  // stripe -> exclusive
  for (const auto& key : keys.shared) wanted.emplace(hash(key) % stripes, false);
  for (const auto& key : keys.exclusive) wanted[hash(key) % stripes] = true;
  Held held;
  held.locks_.reserve(wanted.size());
  for (const auto& [stripe, exclusive] : wanted) {
    auto& mutex = mutexes_[stripe];
    const bool got = exclusive ? mutex.try_lock_until(deadline) : mutex.try_lock_shared_until(deadline);
    if (!got) return error(ErrorKind::Busy, "another change of the same resource takes too long");
    held.locks_.push_back({&mutex, exclusive});
  }
  return held;
}

}  // namespace dirbridge::provision
