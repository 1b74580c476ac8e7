#pragma once
// Direct LDAP load from one thread: libldap's asynchronous calls on up to four connections, the requests in
// flight spread over them. Blocks in epoll_wait, never spins; LDAP_BUSY (the socket is full) is waited out.
// Not thread-safe.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "ldap_connection.hpp"
#include "load.hpp"

namespace dirbridge::bench {

struct LdapModification {
  int operation = LDAP_MOD_ADD;
  std::string name;
  std::vector<std::string> values;
};

// The modifications in the form libldap takes, prepared once so that a request in the timed part costs only
// its encoding. Movable; pointers go to heap memory that moves along.
class PreparedModifications {
 public:
  PreparedModifications() = default;
  explicit PreparedModifications(std::vector<LdapModification> modifications);
  PreparedModifications(PreparedModifications&&) = default;
  PreparedModifications& operator=(PreparedModifications&&) = default;

  LDAPMod** data() const { return list_.get(); }

 private:
  std::vector<LdapModification> owned_;
  std::unique_ptr<berval[]> values_;
  std::unique_ptr<berval*[]> value_lists_;
  std::unique_ptr<LDAPMod[]> mods_;
  std::unique_ptr<LDAPMod*[]> list_;
};

struct LdapJob {
  enum class Kind { Search, Add, Modify, Delete };
  Kind kind = Kind::Search;
  std::string target;  // DN; of a search the filter
  PreparedModifications modifications;
};

// What all searches of a load have in common. Exactly one entry is expected from each.
struct LdapSearchShape {
  std::string base;
  std::vector<std::string> attributes;
};

class LdapLoad {
 public:
  static Result<std::unique_ptr<LdapLoad>> connect(const LdapTarget& target, std::size_t in_flight,
                                                   LdapSearchShape searches);
  ~LdapLoad();
  LdapLoad(const LdapLoad&) = delete;
  LdapLoad& operator=(const LdapLoad&) = delete;

  // As HttpLoad::run.
  Slice run(const std::vector<LdapJob>& jobs, Schedule& schedule, std::chrono::milliseconds duration);

 private:
  struct Slot;
  struct Channel;
  struct Run;
  LdapLoad() = default;
  bool send_next(std::size_t slot, Run& run);
  bool send(std::size_t slot, Run& run);
  bool send_held_back(Channel& channel, Run& run);
  int start(Slot& slot, LDAP* handle, const LdapJob& job);
  bool pump(Channel& channel, Run& run);
  bool on_message(Channel& channel, LDAPMessage* message, Run& run);
  bool watch(const Channel& channel, bool for_room);

  int epoll_ = -1;
  LdapSearchShape searches_;
  std::vector<char*> attribute_names_;
  std::vector<std::unique_ptr<Channel>> channels_;
  std::vector<Slot> slots_;
};

}  // namespace dirbridge::bench
