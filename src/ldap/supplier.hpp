#pragma once
// Opens connections: to the server in use, and to the next one that answers when that one does not; at first,
// and after an outage of the one in use, in the order of the URIs. It stays with a server until that one is
// away. A URI that failed is left alone for a while (exponential back-off with jitter) as long as another one
// answers; when none does, all are tried. A server that lacks changes which another one has shown
// (contextCSN) is not taken: for a while it is waited for, then it is taken as it is, with an error in the
// log. Thread-safe; several threads may open at once.
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <vector>

#include "ldap/connection.hpp"
#include "ldap/endpoint.hpp"
#include "ldap/replica_state.hpp"
#include "ldap/settings.hpp"
#include "ldap/watchdog.hpp"

namespace dirbridge::ldap {

struct Supplied {
  std::unique_ptr<Connection> connection;
  std::size_t rank = 0;    // position of its URI in the settings
  std::uint64_t move = 0;  // how often another server had been taken before
};

class Supplier {
 public:
  Supplier(Settings settings, std::chrono::milliseconds replica_patience);

  const Settings& settings() const { return settings_; }
  std::size_t size() const { return servers_.size(); }

  // Unavailable when no URI gives a bound connection; the detail says for each one why.
  Result<Supplied> open(Deadline deadline);
  // One URI, as somebody: for probes. Errors as of Connection::open(). Leaves the back-off alone.
  Result<std::unique_ptr<Connection>> open_at(std::size_t rank, const Identity& who, Deadline deadline);

  bool is_in_use(std::size_t rank) const;
  // A change was made over this connection: what the server shows now the others have to have. An error: it
  // went away before that could be seen.
  Result<> changed(Connection& connection, Deadline deadline);
  // The server refuses changes, being a replica: another one is to be used.
  void leave(std::size_t rank);

  // What is being opened fails, now and from now on.
  void call_off() { watchdog_.end_all(); }

 private:
  struct Server {
    std::string uri;
    Result<Endpoint> endpoint;
    int failures = 0;
    Deadline retry_at{};
  };

  std::vector<std::size_t> order() const;
  void note(std::size_t rank, bool works);
  Result<> check_state(Connection& connection, Deadline deadline);
  std::optional<Supplied> take(std::unique_ptr<Connection>& connection, std::size_t rank,
                               std::uint64_t since);
  std::uint64_t moves() const;

  const Settings settings_;
  const std::chrono::milliseconds replica_patience_;
  Watchdog watchdog_;
  ReplicaState state_;
  mutable std::mutex mutex_;  // guards what follows
  std::vector<Server> servers_;
  std::optional<std::size_t> in_use_;
  std::uint64_t moves_ = 0;
  std::optional<Deadline> behind_since_;  // the only servers that answer lack changes
  std::minstd_rand random_;
};

}  // namespace dirbridge::ldap
