#pragma once
// A private OpenLDAP server: Debian's slapd as a child of this process, with its own cn=config, data and
// port. Never the system service. For `dirbridge slapd`, the demo, the tests and the benchmarks; several run
// side by side.
//
// The child runs as the current user, listens on loopback only, and dies with this process, however that
// ends. Ownership: the object owns the child, a lock on its directory and, if it made it, the directory
// itself. Threads: any thread may call, one call at a time. Errors: InvalidValue (option or LDIF; with its
// name as field), Busy (directory in use), Unavailable (no slapd installed, or it died), Timeout; details
// quote slapd's own words.
//
// In the directory: config/ (cn=config), data/ (mdb), credentials.env (0600), slapd.log, and, on request,
// ldapi (socket) and tls/ (ca.pem, server.pem, server.key). The configuration is made again when the options
// change; otherwise what was changed through cn=config stays.
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "slapd/options.hpp"

namespace dirbridge::slapd {

class PrivateSlapd {
 public:
  // Returns when the server answers. With port 0 another free port is tried when somebody else was faster.
  static Result<std::unique_ptr<PrivateSlapd>> start(Options options, Deadline deadline);
  ~PrivateSlapd();  // as stop(), with a few seconds at most
  PrivateSlapd(const PrivateSlapd&) = delete;
  PrivateSlapd& operator=(const PrivateSlapd&) = delete;

  const std::string& uri() const;        // ldap://127.0.0.1:PORT
  const std::string& ldaps_uri() const;  // empty without tls
  const std::string& ldapi_uri() const;  // empty without ldapi
  std::uint16_t port() const;
  const std::string& ca_file() const;  // PEM; empty without tls
  const std::string& directory() const;
  std::string credentials_file() const;  // shell variables: URIs, DNs, passwords
  std::string log_file() const;          // slapd's standard error

  const Names& names() const;
  const std::string& suffix() const { return names().suffix; }
  const std::string& user_base() const { return names().user_base; }
  const std::string& group_base() const { return names().group_base; }
  const std::string& bridge_base() const { return names().bridge_base; }
  const std::string& admin_dn() const { return names().admin_dn; }
  const std::string& bridge_dn() const { return names().bridge_dn; }
  const std::string& reader_dn() const { return names().reader_dn; }
  const Secret& admin_password() const;
  const Secret& bridge_password() const;
  const Secret& reader_password() const;

  int pid() const;       // 0 when it does not run
  bool running() const;  // false also when the child ended by itself
  // True when the child has ended before the deadline.
  bool wait_for_exit(Deadline deadline);

  Result<> stop(Deadline deadline);     // SIGTERM; SIGKILL at the deadline, which is no error
  void kill_hard();                     // SIGKILL, as a crash
  Result<> restart(Deadline deadline);  // same data, configuration and ports; stops it first when it runs
  void suspend();                       // SIGSTOP: accepts connections and answers nothing
  void resume();                        // SIGCONT

 private:
  struct State;
  explicit PrivateSlapd(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dirbridge::slapd
