#pragma once
// What an administrator decides about a removal that waits (removals.hpp): it is made, or it is never made.
// Thread-safe; blocks. NotFound: none of this resource waits. PreconditionFailed: the resource changed
// meanwhile.
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace dirbridge::provision {

class Decider {
 public:
  virtual ~Decider() = default;
  virtual Result<> approve(std::string_view id, Deadline deadline) = 0;
  virtual Result<> reject(std::string_view id, Deadline deadline) = 0;
};

}  // namespace dirbridge::provision
