#include "http/worker_pool.hpp"

#include <system_error>
#include <utility>

#include "base/log.hpp"

namespace dirbridge::http {

bool WorkerPool::push(Job job) {
  Worker* woken = nullptr;
  {
    const std::lock_guard lock(mutex_);
    woken = give(job);
    if (job) {
      if (queue_.size() >= max_queue_) return false;
      queue_.push_back(std::move(job));
    }
  }
  if (woken) woken->wake.post();
  return true;
}

void WorkerPool::push_continuation(Job job) {
  Worker* woken = nullptr;
  {
    const std::lock_guard lock(mutex_);
    woken = give(job);
    if (job) queue_.push_back(std::move(job));
  }
  if (woken) woken->wake.post();
}

// Takes the job when a worker is free for it, or when there will be none any more. The worker to wake, if
// any, is returned and woken outside the lock, or it would run into the lock at once.
WorkerPool::Worker* WorkerPool::give(Job& job) {
  if (stopping_) {
    job = nullptr;
  } else if (working_ >= max_working_) {
    return nullptr;
  } else if (!idle_.empty()) {
    ++working_;
    Worker* worker = idle_.back();
    idle_.pop_back();
    worker->job = std::exchange(job, nullptr);
    return worker;
  } else if (threads_.size() < max_working_ + most_waiting) {
    start(job);
  }
  return nullptr;
}

// Where no thread can be had the job stays, for those that there are.
void WorkerPool::start(Job& job) {
  Worker& worker = workers_.emplace_back();
  worker.job = std::exchange(job, nullptr);
  try {
    threads_.emplace_back([this, &worker] { run(worker); });
    ++working_;
  } catch (const std::system_error& failure) {
    log::error("thread_not_started", {{"detail", failure.what()}});
    job = std::move(worker.job);
    workers_.pop_back();
  }
}

void WorkerPool::begin_wait() {
  Worker* woken = nullptr;
  {
    const std::lock_guard lock(mutex_);
    --working_;
    if (queue_.empty()) return;
    woken = give(queue_.front());
    if (!queue_.front()) queue_.pop_front();
  }
  if (woken) woken->wake.post();
}

// There may be one too many for a moment: whoever waited goes on.
void WorkerPool::end_wait() {
  const std::lock_guard lock(mutex_);
  ++working_;
}

void WorkerPool::run(Worker& self) {
  observe_waits(this);
  Job job = std::exchange(self.job, nullptr);
  while (job) {
    job();
    job = nullptr;  // what it holds is released outside the lock
    std::unique_lock lock(mutex_);
    job = next(self, lock);
  }
}

WorkerPool::Job WorkerPool::next(Worker& self, std::unique_lock<std::mutex>& lock) {
  --working_;
  if (stopping_) return {};
  if (!queue_.empty() && working_ < max_working_) {
    ++working_;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    return job;
  }
  idle_.push_back(&self);
  lock.unlock();
  self.wake.wait();  // whoever took the worker out of idle_ has left a job, or is stopping
  return std::exchange(self.job, nullptr);
}

void WorkerPool::stop() {
  std::deque<Job> dropped;
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(queue_);
    threads.swap(threads_);
    for (Worker* worker : idle_) worker->wake.post();
    idle_.clear();
  }
  dropped.clear();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace dirbridge::http
