#pragma once
// Before and after a reload a connection has two sets of rules. They never write at the same time: a mapping
// that the one adds and the other takes away would make their changes of one group cross. Who writes under
// the later rules waits until nobody writes, or waits to write, under earlier ones, which nobody begins with
// any more. Who reads does not ask. Thread-safe.
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace dirbridge::operate {

class Succession {
 public:
  using Rules = std::uint64_t;  // a later set has a larger number

  // One writer, for as long as this lives; not longer than the Succession.
  class Turn {
   public:
    Turn(Turn&& other) noexcept : all_(std::exchange(other.all_, nullptr)), rules_(other.rules_) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn();

   private:
    friend class Succession;
    Turn(Succession& all, Rules rules) : all_(&all), rules_(rules) {}
    Succession* all_;
    Rules rules_;
  };

  Succession() = default;
  Succession(const Succession&) = delete;
  Succession& operator=(const Succession&) = delete;

  // Of a set of rules that is made now.
  Rules next();
  // Busy: the deadline came first. Whoever has a turn must not ask for another one.
  Result<Turn> begin(Rules rules, Deadline deadline);

 private:
  struct Writers {
    std::size_t writing = 0;
    std::size_t waiting = 0;
  };
  bool is_turn_of(Rules rules) const;
  void forget(Rules rules);

  std::mutex mutex_;
  std::condition_variable changed_;
  Rules last_ = 0;
  std::map<Rules, Writers> writers_;  // those who are there
};

}  // namespace dirbridge::operate
