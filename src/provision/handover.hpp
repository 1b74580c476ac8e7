#pragma once
// What leaving users lead goes to somebody else, before the products stop seeing them. Thread-safe.
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace dirbridge::provision {

class Handover {
 public:
  virtual ~Handover() = default;
  // The user's projects and components get their new leads; a user who leads nothing is a success. May be
  // called again for the same user.
  virtual Result<> hand_over(std::string_view login_name, Deadline deadline) = 0;
};

}  // namespace dirbridge::provision
