#include "http/worker_pool.hpp"

#include <utility>

namespace dirbridge::http {

bool WorkerPool::push(Job job) {
  const std::lock_guard lock(mutex_);
  if (push_locked(job)) return true;
  if (queue_.size() >= max_queue_) return false;
  queue_.push_back(std::move(job));
  return true;
}

void WorkerPool::push_continuation(Job job) {
  const std::lock_guard lock(mutex_);
  if (!push_locked(job)) queue_.push_back(std::move(job));
}

// True when a worker took the job, or when there will be none any more.
bool WorkerPool::push_locked(Job& job) {
  if (stopping_) return true;
  if (!idle_.empty()) {
    Worker& worker = *idle_.back();
    idle_.pop_back();
    worker.job = std::move(job);
    worker.wake.notify_one();
    return true;
  }
  if (threads_.size() >= max_threads_) return false;
  threads_.emplace_back([this, first = std::move(job)]() mutable { run(std::move(first)); });
  return true;
}

void WorkerPool::run(Job first) {
  Worker self;
  Job job = std::move(first);
  while (job) {
    job();
    job = nullptr;  // what it holds is released outside the lock
    std::unique_lock lock(mutex_);
    job = next(self, lock);
  }
}

WorkerPool::Job WorkerPool::next(Worker& self, std::unique_lock<std::mutex>& lock) {
  if (stopping_) return {};
  if (!queue_.empty()) {
    Job job = std::move(queue_.front());
    queue_.pop_front();
    return job;
  }
  idle_.push_back(&self);
  self.wake.wait(lock, [&] { return stopping_ || self.job; });
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
    for (Worker* worker : idle_) worker->wake.notify_one();
    idle_.clear();
  }
  dropped.clear();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace dirbridge::http
