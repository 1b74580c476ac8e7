#pragma once
// Host names to addresses within a deadline. The system's resolver knows none, and nothing can stop it: it is
// asked on a thread of its own, one for each name however many wait, and who cannot wait longer leaves it to
// itself. Thread-safe.
#include <netdb.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace dirbridge::net {

using Addresses = std::shared_ptr<const addrinfo>;  // a list: ai_next

// Asks the system on this thread, however long it takes. `flags`: of getaddrinfo(); with AI_NUMERICHOST it
// answers at once. Unavailable: there is no such address.
Result<Addresses> look_up_now(const std::string& host, std::uint16_t port, int flags);

class Resolver {
 public:
  // May take for ever. Unavailable: the name has no address.
  using LookUp = std::function<Result<Addresses>(const std::string& host, std::uint16_t port)>;

  Resolver();                         // asks the system
  explicit Resolver(LookUp look_up);  // for tests

  // Numeric addresses cost nothing. Timeout: no answer by then; the next call goes on waiting for it.
  Result<Addresses> resolve(const std::string& host, std::uint16_t port, Deadline deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// The one of the process.
Resolver& system_resolver();

}  // namespace dirbridge::net
