#pragma once
// Whether a connection serves yet: not before its directory was reached and its start-up work is done. Once
// open it stays so. Thread-safe.
#include <atomic>
#include <mutex>
#include <string>

#include "base/result.hpp"

namespace dirbridge::operate {

class Gate {
 public:
  // Unavailable, with what is waited for.
  Result<> passed() const;
  bool is_open() const { return open_.load(std::memory_order_acquire); }

  void open() { open_.store(true, std::memory_order_release); }
  // Why it is closed still.
  void wait_for(std::string what);

 private:
  std::atomic<bool> open_{false};
  mutable std::mutex mutex_;
  std::string waits_for_ = "its directory has not answered yet";
};

}  // namespace dirbridge::operate
