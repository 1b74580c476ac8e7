#pragma once
// The deadline of what must not take long: reached only when something hangs.
#include "base/clock.hpp"

namespace dirbridge::test {

inline Deadline soon() {
  return deadline_in(std::chrono::seconds(20));
}

}  // namespace dirbridge::test
