#pragma once
// A bounded pool of threads for handlers. Threads start when they are first needed, and the most recently
// idle one is woken first, so that a quiet service keeps few stacks and malloc arenas warm. A worker that
// waits for another (base/waiting.hpp) does not count while it waits. push() and push_continuation() from any
// thread; stop() once, not from a worker.
#include <semaphore.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/waiting.hpp"

namespace dirbridge::http {

class WorkerPool final : private WaitObserver {
 public:
  using Job = std::function<void()>;
  static constexpr std::size_t most_waiting = 64;  // beside `threads` at work

  WorkerPool(std::size_t threads, std::size_t queue) : max_working_(threads), max_queue_(queue) {}
  ~WorkerPool() override { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when every worker is busy and the queue is full.
  bool push(Job job);
  // The next piece of work already admitted: never refused. At most one per connection, so still bounded.
  void push_continuation(Job job);
  // Drops what has not been started and waits for what has.
  void stop();

 private:
  // A condition variable would leave the mutex marked as contended with every wake-up, and std's semaphore
  // yields before it sleeps: either costs another system call for each job.
  class Wake {
   public:
    Wake() { sem_init(&semaphore_, 0, 0); }
    ~Wake() { sem_destroy(&semaphore_); }
    Wake(const Wake&) = delete;
    Wake& operator=(const Wake&) = delete;
    void post() { sem_post(&semaphore_); }
    void wait() {
      while (sem_wait(&semaphore_) != 0) continue;  // interrupted by a signal
    }

   private:
    sem_t semaphore_;
  };

  struct Worker {
    Wake wake;
    Job job;
  };

  void begin_wait() override;
  void end_wait() override;
  Worker* give(Job& job);
  void start(Job& job);
  void run(Worker& self);
  Job next(Worker& self, std::unique_lock<std::mutex>& lock);

  const std::size_t max_working_;
  const std::size_t max_queue_;
  std::mutex mutex_;
  std::size_t working_ = 0;  // threads with a job that do not wait
  bool stopping_ = false;
  std::deque<Job> queue_;
  std::vector<Worker*> idle_;
  std::deque<Worker> workers_;  // one per thread; stays where it is
  std::vector<std::thread> threads_;
};

}  // namespace dirbridge::http
