#pragma once
// A bounded pool of threads for handlers. Threads start when they are first needed, and the most recently
// idle one is woken first, so that a quiet service keeps few stacks and malloc arenas warm. push() and
// push_continuation() from any thread; stop() once, not from a worker.
#include <semaphore.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace dirbridge::http {

class WorkerPool {
 public:
  using Job = std::function<void()>;

  WorkerPool(std::size_t threads, std::size_t queue) : max_threads_(threads), max_queue_(queue) {}
  ~WorkerPool() { stop(); }
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

  Worker* give(Job& job);
  void run(Worker& self, Job first);
  Job next(Worker& self, std::unique_lock<std::mutex>& lock);

  const std::size_t max_threads_;
  const std::size_t max_queue_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::deque<Job> queue_;
  std::vector<Worker*> idle_;
  std::deque<Worker> workers_;  // one per thread; stays where it is
  std::vector<std::thread> threads_;
};

}  // namespace dirbridge::http
