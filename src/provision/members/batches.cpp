#include "provision/members/batches.hpp"

#include <algorithm>
#include <condition_variable>
#include <unordered_map>

#include "base/log.hpp"
#include "base/waiting.hpp"

namespace dirbridge::provision {

namespace {

// Values of one change: far below what makes a request too large for a server.
constexpr std::size_t most_values = 5'000;

constexpr std::size_t most_groups = 1'000;

constexpr std::chrono::steady_clock::duration longest_gathering = std::chrono::milliseconds(100);

std::string key_of(const Resolved& named) {
  return named.member ? "member:" + named.member->id : "pending:" + named.wanted;
}

std::size_t size_of(const MemberWish& wish) {
  return wish.add.size() + wish.remove.size() + wish.hold.size();
}

}  // namespace

MemberWish combined(const std::vector<const MemberWish*>& wishes) {
  if (wishes.size() == 1) return *wishes.front();
  using List = std::vector<Resolved> MemberWish::*;
  struct Last {
    const Resolved* named;
    List list;
  };
  std::unordered_map<std::string, Last> last;
  for (const auto* wish : wishes)
    for (const List list : {&MemberWish::remove, &MemberWish::hold, &MemberWish::add})
      for (const auto& named : wish->*list) last.insert_or_assign(key_of(named), Last{&named, list});
  MemberWish out;
  for (const auto& [key, change] : last) (out.*change.list).push_back(*change.named);
  return out;
}

// Shared with whoever wakes it: that happens outside the lock, which the woken need at once.
struct MemberBatches::Waiter {
  enum class State { Waiting, Taken, Leading, Done };
  const MemberWish& wish;
  Deadline deadline;
  std::string cause{log::current_request()};
  State state = State::Waiting;
  std::shared_ptr<const Changed> changed{};  // when Done; null: the change for several failed
  std::condition_variable wake{};

  Waiter(const MemberWish& asked, Deadline until) : wish(asked), deadline(until) {}
};

Result<Changed> MemberBatches::run(std::string_view group, const MemberWish& wish, Deadline deadline,
                                   const Apply& apply) {
  const auto self = std::make_shared<Waiter>(wish, deadline);
  Lock lock(mutex_);
  if (queues_.size() >= most_groups) forget_quiet_groups();
  auto& queue = queues_[std::string(group)];
  if (!queue.leader) {
    queue.leader = self;
    return lead(queue, *self, apply, lock);
  }
  queue.waiting.push_back(self);
  if (queue.gathering && queue.is_complete()) queue.leader->wake.notify_one();
  if (!wait(self, queue, lock))
    return error(ErrorKind::Busy, "other changes of the same group take too long");
  if (self->state == Waiter::State::Leading) return lead(queue, *self, apply, lock);
  lock.unlock();
  return self->changed ? Result<Changed>(*self->changed) : apply(wish, deadline);
}

// False when the deadline has passed and nobody has taken the wish up. Once it is taken up, its outcome must
// be known.
bool MemberBatches::wait(const Handle& self, Queue& queue, Lock& lock) {
  using State = Waiter::State;
  const Waiting waiting;
  if (!self->wake.wait_until(lock, self->deadline, [&] { return self->state != State::Waiting; })) {
    queue.waiting.remove(self);
    return false;
  }
  self->wake.wait(lock, [&] { return self->state != State::Taken; });
  return true;
}

// Leaves with the lock released.
Result<Changed> MemberBatches::lead(Queue& queue, Waiter& self, const Apply& apply, Lock& lock) {
  gather(queue, self, lock);
  std::vector<Handle> others;
  std::vector<const MemberWish*> wishes{&self.wish};
  std::string causes = self.cause;
  auto deadline = self.deadline;
  for (auto size = size_of(self.wish); !queue.waiting.empty();) {
    const auto next = queue.waiting.front();
    if ((size += size_of(next->wish)) > most_values) break;
    queue.waiting.pop_front();
    next->state = Waiter::State::Taken;
    deadline = std::max(deadline, next->deadline);
    others.push_back(next);
    wishes.push_back(&next->wish);
    if (!next->cause.empty()) causes += (causes.empty() ? "" : " ") + next->cause;
  }
  const auto start = std::chrono::steady_clock::now();
  lock.unlock();
  Result<Changed> changed = error(ErrorKind::Internal, "the change was given up");
  std::shared_ptr<const Changed> shared;
  try {
    const log::RequestScope all(std::move(causes));
    changed = apply(combined(wishes), deadline);
    if (changed && !others.empty()) shared = std::make_shared<const Changed>(*changed);
  } catch (...) {
    lock.lock();
    finish(queue, std::move(others), nullptr, lock);
    throw;
  }
  const bool was_alone = others.empty();
  lock.lock();
  queue.expected = wishes.size() + queue.waiting.size();
  queue.last_end = std::chrono::steady_clock::now();
  queue.last_took = queue.last_end - start;
  finish(queue, std::move(others), shared, lock);
  return changed || was_alone ? std::move(changed) : apply(self.wish, self.deadline);
}

// Those whose change was made a moment ago are likely to ask for the next one: a short wait for them saves a
// whole change. Who is alone does not wait.
void MemberBatches::gather(Queue& queue, Waiter& self, Lock& lock) {
  const auto now = std::chrono::steady_clock::now();
  if (queue.is_complete() || now - queue.last_end > queue.last_took) return;
  const Waiting waiting;
  queue.gathering = true;
  const auto until = now + std::min(queue.last_took / 2, longest_gathering);
  self.wake.wait_until(lock, std::min(self.deadline, until), [&] { return queue.is_complete(); });
  queue.gathering = false;
}

// `changed`: null when each of the others has to try alone. Leaves with the lock released.
void MemberBatches::finish(Queue& queue, std::vector<Handle> others,
                           const std::shared_ptr<const Changed>& changed, Lock& lock) {
  for (const auto& other : others) {
    other->changed = changed;
    other->state = Waiter::State::Done;
  }
  queue.leader = nullptr;
  if (!queue.waiting.empty()) {
    queue.leader = queue.waiting.front();
    queue.waiting.pop_front();
    queue.leader->state = Waiter::State::Leading;
    others.push_back(queue.leader);
  }
  lock.unlock();
  for (const auto& other : others) other->wake.notify_one();
}

void MemberBatches::forget_quiet_groups() {
  std::erase_if(queues_, [](const auto& named) { return !named.second.leader; });
}

}  // namespace dirbridge::provision
