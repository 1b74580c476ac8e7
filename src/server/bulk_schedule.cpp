#include "server/bulk_schedule.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "base/log.hpp"

namespace dirbridge::server {

namespace {

using scim::BulkUnit;

class Schedule {
 public:
  Schedule(const std::vector<BulkUnit>& units, const std::function<bool(const BulkUnit&)>& run)
      : units_(units), run_(run), states_(units.size()) {
    for (std::size_t i = 0; i < units_.size(); ++i) {
      states_[i].needs = units_[i].needs.size();
      states_[i].follows = units_[i].follows.size();
      for (const auto other : units_[i].needs) states_[other].needed_by.push_back(i);
      for (const auto other : units_[i].follows) states_[other].followed_by.push_back(i);
      waiting_.insert(i);
      consider(i);
    }
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (const auto* unit = next(lock)) {
      const auto index = static_cast<std::size_t>(unit - units_.data());
      lock.unlock();
      const bool go_on = run_(*unit);
      lock.lock();
      --running_;
      if (!go_on) waiting_.clear();
      finished(index);
      changed_.notify_all();
    }
  }

 private:
  struct State {
    std::size_t needs = 0;
    std::size_t follows = 0;
    std::vector<std::size_t> needed_by;
    std::vector<std::size_t> followed_by;
  };

  // Null when there is nothing left to begin.
  const BulkUnit* next(std::unique_lock<std::mutex>& lock) {
    for (;;) {
      if (waiting_.empty()) return nullptr;
      if (ready_.empty() && running_ == 0) break_circle();
      if (!ready_.empty()) break;
      changed_.wait(lock);
    }
    const auto index = *ready_.begin();
    ready_.erase(ready_.begin());
    waiting_.erase(index);
    ++running_;
    return &units_[index];
  }

  // What should come first waits for this one in turn: the one whose needs are met goes.
  void break_circle() {
    const auto at = std::find_if(waiting_.begin(), waiting_.end(),
                                 [&](std::size_t index) { return states_[index].needs == 0; });
    ready_.insert(*at);
  }

  void finished(std::size_t index) {
    for (const auto other : states_[index].needed_by) {
      --states_[other].needs;
      consider(other);
    }
    for (const auto other : states_[index].followed_by) {
      --states_[other].follows;
      consider(other);
    }
  }

  void consider(std::size_t index) {
    if (states_[index].needs == 0 && states_[index].follows == 0 && waiting_.contains(index))
      ready_.insert(index);
  }

  const std::vector<BulkUnit>& units_;
  const std::function<bool(const BulkUnit&)>& run_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<State> states_;
  std::set<std::size_t> waiting_;  // not begun
  std::set<std::size_t> ready_;    // of these, those that may begin
  std::size_t running_ = 0;
};

}  // namespace

std::size_t BulkHelpers::take(std::size_t wanted) {
  auto free = free_.load();
  while (!free_.compare_exchange_weak(free, free - std::min(free, wanted))) {
  }
  return std::min(free, wanted);
}

void BulkHelpers::give_back(std::size_t count) {
  free_ += count;
}

void run_units(const std::vector<BulkUnit>& units, BulkPace pace, BulkHelpers& helpers,
               const std::function<bool(const BulkUnit&)>& run) {
  constexpr std::size_t most_helpers = 7;
  Schedule schedule(units, run);
  const bool together = pace == BulkPace::Together && units.size() > 1;
  const auto count = together ? helpers.take(std::min(units.size() - 1, most_helpers)) : 0;
  const std::string request(log::current_request());
  std::vector<std::thread> threads;
  threads.reserve(count);
  try {
    while (threads.size() < count)
      threads.emplace_back([&] {
        const log::RequestScope scope(request);
        schedule.work();
      });
  } catch (const std::system_error& failure) {  // those that there are do all of it
    log::error("thread_not_started", {{"detail", failure.what()}});
  }
  schedule.work();
  for (auto& thread : threads) thread.join();
  helpers.give_back(count);
}

}  // namespace dirbridge::server
