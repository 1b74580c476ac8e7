#pragma once
// A thread of a bounded pool that waits for another thread of the same pool says so, and the pool lets
// somebody else work in the meantime. Not for waiting on I/O, which the pool bounds on purpose. Thread-safe.

namespace dirbridge {

class WaitObserver {
 public:
  virtual ~WaitObserver() = default;
  virtual void begin_wait() = 0;
  virtual void end_wait() = 0;
};

// Who is told of this thread's waits from now on; null: nobody. Outlives the thread's last wait.
void observe_waits(WaitObserver* who);

// The calling thread waits for as long as this lives.
class Waiting {
 public:
  Waiting();
  ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
};

}  // namespace dirbridge
