#pragma once
// What both load generators share: the order in which jobs are taken, and what one slice of load did.
// A slot is one request in flight; a job is one prepared request, named by its index.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dirbridge::bench {

using SteadyTime = std::chrono::steady_clock::time_point;

inline constexpr int patience_ms = 120'000;  // with a server that says nothing

class Schedule {
 public:
  enum class Order {
    Once,    // each job once; the slice ends early when there are no more
    Cycle,   // over and over again
    PerSlot  // slot s repeats the jobs [s * jobs_per_slot, (s + 1) * jobs_per_slot), one after the other
  };
  Schedule(Order order, std::size_t jobs, std::size_t jobs_per_slot)
      : order_(order), jobs_(jobs), jobs_per_slot_(jobs_per_slot) {}

  std::optional<std::size_t> next(std::size_t slot);

 private:
  Order order_;
  std::size_t jobs_;
  std::size_t jobs_per_slot_;
  std::size_t taken_ = 0;
  std::vector<std::size_t> taken_by_slot_;
};

struct Slice {
  double seconds = 0;                       // from the first request to the last answer
  std::size_t listed = 0;                   // resources in lists; when there are any, the rate counts them
  std::vector<float> latencies_us;          // of the acknowledged requests
  std::vector<std::uint32_t> acknowledged;  // job indices in the order of their answers
  std::size_t failed = 0;
  std::string first_failure;

  void acknowledge(std::size_t job, SteadyTime sent, SteadyTime answered);
  void fail(std::string what);
  std::size_t units() const { return listed > 0 ? listed : acknowledged.size(); }
  double rate() const { return seconds > 0 ? static_cast<double>(units()) / seconds : 0; }
};

}  // namespace dirbridge::bench
