#pragma once
// One bound connection to a directory server, used by one thread at a time. It is never repaired: after a
// transport error, a time-out or a call that was left unfinished, broken() holds and the owner drops it.
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "directory/directory.hpp"
#include "ldap/call.hpp"
#include "ldap/dial.hpp"

namespace dirbridge::ldap {

class Connection {
 public:
  // slapd drops a connection with more than 1,000 pending operations (conn_max_pending_auth), others earlier.
  static constexpr std::size_t max_in_flight = 128;

  // Connects, binds and reads the root DSE. Errors as of dial().
  static Result<std::unique_ptr<Connection>> open(const Endpoint& endpoint, const Settings& settings,
                                                  const Identity& who, Watchdog& watchdog, Deadline deadline);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs the calls, as many in flight as are allowed, and returns when each is done, failed or interrupted.
  // The server executes what is in flight in any order.
  void run(std::span<Call* const> calls, Deadline deadline);

  // What runs ends as if the connection was lost. From any thread.
  void cut();
  // The same when the watchdog ends all, as long as the guard lives, which the connection outlives.
  Watchdog::Guard guarded_by(Watchdog& watchdog) const { return watchdog.watch(dialed_.fd, Deadline::max()); }
  // To be asked while nothing runs: has the peer neither closed nor said goodbye?
  bool alive();
  bool broken() const { return broken_ || !in_flight_.empty(); }

  // How far the server is, by OpenLDAP's contextCSN; empty where that is not known.
  Result<std::vector<std::string>> context_csns(Deadline deadline);

  const directory::Capabilities& capabilities() const { return capabilities_; }
  const std::string& uri() const { return uri_; }
  bool encrypted() const { return dialed_.encrypted; }

 private:
  struct InFlight {
    int id;
    Call* call;
  };

  Connection(Dialed dialed, std::string uri);
  Result<> read_root_dse(const Settings& settings, Deadline deadline);
  std::size_t send(std::span<Call* const> calls);
  bool send_one(Call& call);
  void receive(::ldapmsg* message);
  void abandon(std::size_t at);
  void forget(std::size_t at);
  static void count(const Call& call);
  void break_off(Error why);
  Error lost(std::string_view why) const;

  Dialed dialed_;
  std::string uri_;
  directory::Capabilities capabilities_;
  std::vector<directory::Dn> naming_contexts_;  // that have a contextCSN
  std::vector<InFlight> in_flight_;
  std::vector<Call*> again_;  // calls with another page to ask for
  bool broken_ = false;
  Error failure_;  // why it is broken
};

}  // namespace dirbridge::ldap
