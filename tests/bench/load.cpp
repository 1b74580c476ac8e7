#include "load.hpp"

namespace dirbridge::bench {

std::optional<std::size_t> Schedule::next(std::size_t slot) {
  switch (order_) {
    case Order::Once:
      if (taken_ == jobs_) return std::nullopt;
      return taken_++;
    case Order::Cycle:
      return taken_++ % jobs_;
    case Order::PerSlot:
      if (slot >= taken_by_slot_.size()) taken_by_slot_.resize(slot + 1);
      return slot * jobs_per_slot_ + taken_by_slot_[slot]++ % jobs_per_slot_;
  }
  return std::nullopt;
}

void Slice::acknowledge(std::size_t job, SteadyTime sent, SteadyTime answered) {
  acknowledged.push_back(static_cast<std::uint32_t>(job));
  latencies_us.push_back(std::chrono::duration<float, std::micro>(answered - sent).count());
}

void Slice::fail(std::string what) {
  if (failed++ == 0) first_failure = std::move(what);
}

}  // namespace dirbridge::bench
