#pragma once
// The running bridge: everything that serves, built from the configuration and owned here. Start and stop
// from one thread. It listens before it asks any directory: until one was reached and what a crash left is
// finished there, requests to its connections are answered 503.
#include <memory>

#include "base/clock.hpp"
#include "config/config.hpp"

namespace dirbridge::daemon {

class Bridge {
 public:
  // Errors: a secret that cannot be read, an address that cannot be listened on, a certificate that cannot be
  // used.
  static Result<std::unique_ptr<Bridge>> start(const config::Config& config);
  virtual ~Bridge() = default;

  // Lets requests in progress finish until the deadline. Idempotent.
  virtual void stop(Deadline deadline) = 0;
};

}  // namespace dirbridge::daemon
