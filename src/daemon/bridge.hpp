#pragma once
// The running bridge: everything that serves, built from the configuration and owned here. Start and stop
// from one thread. It listens before it asks any directory: until one was reached and what a crash left is
// finished there, requests to its connections are answered 503.
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "operate/reloaded.hpp"

namespace dirbridge::daemon {

class Bridge {
 public:
  // `path`: where the configuration was read, and is read again by reload(). Errors: a secret that cannot be
  // read, an address that cannot be listened on, a certificate that cannot be used.
  static Result<std::unique_ptr<Bridge>> start(const config::Config& config, std::string path);
  virtual ~Bridge() = default;

  // Reads configuration, tokens and certificate again, and goes over to them without dropping a request: all
  // of them, but for what needs a restart, or none. Says what became of it, in the log as well. Any thread;
  // nothing is asked of a directory.
  virtual operate::Reloaded reload() = 0;

  // Lets requests in progress finish until the deadline. Idempotent.
  virtual void stop(Deadline deadline) = 0;
};

}  // namespace dirbridge::daemon
