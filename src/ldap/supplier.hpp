#pragma once
// Opens connections: to the first URI, in order of preference, that answers. A URI that failed is left alone
// for a while (exponential back-off with jitter) as long as another one answers; when none does, all are
// tried. Thread-safe; several threads may open at once.
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <vector>

#include "ldap/connection.hpp"
#include "ldap/endpoint.hpp"
#include "ldap/settings.hpp"
#include "ldap/watchdog.hpp"

namespace dirbridge::ldap {

struct Supplied {
  std::unique_ptr<Connection> connection;
  std::size_t rank = 0;  // position of its URI in the settings; 0 is the preferred one
};

class Supplier {
 public:
  explicit Supplier(Settings settings);

  const Settings& settings() const { return settings_; }
  std::size_t size() const { return servers_.size(); }

  // Unavailable when no URI gives a bound connection; the detail says for each one why.
  Result<Supplied> open(Deadline deadline);
  // One URI, as somebody: for probes. Errors as of Connection::open(). Leaves the back-off alone.
  Result<std::unique_ptr<Connection>> open_at(std::size_t rank, const Identity& who, Deadline deadline);

  // What is being opened fails, now and from now on.
  void call_off() { watchdog_.end_all(); }

  // The best rank that is not known to fail; size() when all do.
  std::size_t best() const;
  // When a URI better than `rank` that failed is due for another try.
  std::optional<Deadline> recheck_due(std::size_t rank) const;
  // Tries the better ones that are due.
  void recheck(std::size_t rank);

 private:
  struct Server {
    std::string uri;
    Result<Endpoint> endpoint;
    int failures = 0;
    Deadline retry_at{};
  };

  std::vector<std::size_t> order() const;
  void note(std::size_t rank, bool works);

  const Settings settings_;
  Watchdog watchdog_;
  mutable std::mutex mutex_;  // guards servers_' state and random_
  std::vector<Server> servers_;
  std::minstd_rand random_;
};

}  // namespace dirbridge::ldap
