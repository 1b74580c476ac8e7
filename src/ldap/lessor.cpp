#include "ldap/lessor.hpp"

#include <algorithm>

namespace dirbridge::ldap {

namespace {

// Shorter than what firewalls and servers' idle time-outs commonly are.
constexpr std::chrono::seconds longest_idle{60};
constexpr std::chrono::milliseconds retry_pause{100};

Deadline now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

Lease::~Lease() {
  if (item_.connection) owner_.give_back(std::move(item_));
}

Lessor::Lessor(Settings settings, std::chrono::milliseconds replica_patience)
    : supplier_(std::move(settings), replica_patience),
      open_(supplier_.size()),
      caretaker_([this] { take_care(); }) {}

Lessor::~Lessor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  care_.notify_one();
  caretaker_.join();
}

Result<Lease> Lessor::lease(Deadline deadline) {
  std::unique_lock lock(mutex_);
  const auto failures_before = failures_;
  const auto asked = now();
  bool waited = false;
  for (;;) {
    if (called_off_) return directory::called_off();
    if (!idle_.empty()) {
      Supplied item = std::move(idle_.back().item);
      idle_.pop_back();
      lent_.push_back(item.connection.get());
      lock.unlock();
      if (supplier_.is_in_use(item.rank) && item.connection->alive()) {
        if (waited) probe::waited_for_connection(now() - asked);
        return Lease(*this, std::move(item));
      }
      lock.lock();
      returned(item);
      lock.unlock();
      item.connection.reset();  // unbinds: outside the lock
      lock.lock();
      forget(item.rank);
      continue;
    }
    if (total_ == 0 && failures_ != failures_before) return last_failure_;
    if (may_open()) {
      auto opened = open_one(lock, deadline);
      if (opened || total_ == 0) return opened;
      continue;
    }
    if (now() >= deadline) break;
    waited = true;
    const bool retry_later = outage_ && !trying_ && total_ < supplier_.settings().pool_size;
    changed_.wait_until(lock, retry_later ? std::min(deadline, next_try_) : deadline);
  }
  if (outage_) return last_failure_;
  return error(ErrorKind::Busy, "all " + std::to_string(supplier_.settings().pool_size) +
                                    " connections to the directory are in use");
}

bool Lessor::may_open() const {
  return total_ < std::max<std::size_t>(supplier_.settings().pool_size, 1) &&
         (!outage_ || (!trying_ && now() >= next_try_));
}

// Called and left with the lock held.
Result<Lease> Lessor::open_one(std::unique_lock<std::mutex>& lock, Deadline deadline) {
  ++total_;
  const bool alone = outage_;
  if (alone) trying_ = true;
  lock.unlock();
  auto opened = supplier_.open(deadline);
  lock.lock();
  if (alone) trying_ = false;
  if (!opened) {
    --total_;
    outage_ = true;
    ++failures_;
    last_failure_ = opened.error();
    next_try_ = now() + retry_pause;
    changed_.notify_all();
    return opened.error();
  }
  ++open_[opened->rank];
  lent_.push_back(opened->connection.get());
  if (called_off_) opened->connection->cut();
  outage_ = false;
  changed_.notify_all();
  if (open_[opened->rank] == 1) care_.notify_one();  // it may be another server than before
  return Lease(*this, std::move(*opened));
}

void Lessor::call_off() {
  supplier_.call_off();
  {
    const std::lock_guard lock(mutex_);
    called_off_ = true;
    for (Connection* connection : lent_) connection->cut();
  }
  changed_.notify_all();
}

// Before it is closed: its descriptor may be another's afterwards. With the lock held.
void Lessor::returned(const Supplied& item) {
  std::erase(lent_, item.connection.get());
}

void Lessor::forget(std::size_t rank) {
  --open_[rank];
  --total_;
  changed_.notify_one();
}

void Lessor::give_back(Supplied item) {
  const bool usable = !item.connection->broken() && supplier_.is_in_use(item.rank);
  {
    std::unique_lock lock(mutex_);
    returned(item);
    if (!usable) {
      lock.unlock();
      item.connection.reset();  // unbinds: outside the lock
      lock.lock();
      return forget(item.rank);
    }
    idle_.push_back({std::move(item), now()});
  }
  changed_.notify_one();  // outside the lock, or who is woken would run into it at once
}

std::vector<std::string> Lessor::uris_in_use() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> uris;
  for (std::size_t rank = 0; rank < open_.size(); ++rank)
    uris.insert(uris.end(), open_[rank], supplier_.settings().uris[rank]);
  return uris;
}

// Idle for too long, or connected to a server that is not the one in use any more.
std::vector<Supplied> Lessor::take_stale() {
  std::vector<Supplied> stale;
  const auto limit = now() - longest_idle;
  std::erase_if(idle_, [&](Idle& idle) {
    if (idle.since > limit && supplier_.is_in_use(idle.item.rank)) return false;
    stale.push_back(std::move(idle.item));
    return true;
  });
  for (const auto& item : stale) forget(item.rank);
  return stale;
}

void Lessor::take_care() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    auto stale = take_stale();
    if (!stale.empty()) {
      lock.unlock();
      stale.clear();
      lock.lock();
    }
    if (stopping_) break;
    care_.wait_until(lock, now() + longest_idle / 4);
  }
}

}  // namespace dirbridge::ldap
