#pragma once
// Time as a parameter. Deadline is monotonic and absolute; every I/O call takes one explicitly.
// Clock gives wall-clock time and is passed in, so that tests can move it. Thread-safe.
#include <chrono>
#include <string>

namespace dirbridge {

using Deadline = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

inline Deadline deadline_in(std::chrono::milliseconds d) {
  return std::chrono::steady_clock::now() + d;
}

// Time left until the deadline, never negative.
std::chrono::milliseconds remaining(Deadline deadline);

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;
};

class SystemClock final : public Clock {
 public:
  WallTime now() const override { return std::chrono::system_clock::now(); }
};

// "2026-11-22T03:07:30.123Z" (xsd:dateTime, RFC 7643 2.3.5).
std::string to_date_time(WallTime t);

}  // namespace dirbridge
