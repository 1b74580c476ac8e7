#pragma once
// Bringing what the directory shows of a resource to what the rules of the connection say today. Thread-safe;
// blocks. NotFound: there is no such resource.
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace dirbridge::provision {

class Convergent {
 public:
  virtual ~Convergent() = default;
  // True when that took a write.
  virtual Result<bool> converge(std::string_view id, Deadline deadline) = 0;
};

}  // namespace dirbridge::provision
