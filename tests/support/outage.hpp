#pragma once
// The directory is away for a moment, for everybody who changes something: at one of the first changes, by
// chance. Thread-safe.
#include <mutex>
#include <random>

#include "base/clock.hpp"
#include "support/between.hpp"

namespace dirbridge::test {

class Outage {
 public:
  explicit Outage(std::mt19937& random);

  // For all connections that it strikes.
  void strike(Between& connection);

 private:
  Result<> before();
  Result<> after();

  std::mutex mutex_;
  int left_;    // changes until then
  bool heard_;  // whether it begins before a change, or between that and its answer
  Deadline end_{};
  std::chrono::milliseconds length_;
};

}  // namespace dirbridge::test
