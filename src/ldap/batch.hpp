#pragma once
// Independent changes and searches that run together on one connection, with what a server without a control
// needs besides: a look before a conditional change, a second try of a permissive one, a read after a change.
// OpenLDAP's overlay `unique` tries a condition on the wrong entry (findings/openldap-unique-assertion.sh):
// then the look is made after all, and the change goes without. Used by one thread; refers to the caller's
// changes and requests.
//
// A permissive modify that carries more than `split_bytes` of values is sent in parts, values to add first,
// everything else last, each part a modify of its own; its condition is that of the first part. Servers limit
// the size of a request (389: 2 MiB, OpenLDAP: 4 or 16 MiB). Nothing else is ever split, as it would no
// longer be atomic: an add of a huge group may be refused by the server. When the connection breaks half way,
// the outcome is unknown; repeating it does no harm.
#include <deque>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "directory/directory.hpp"
#include "ldap/change_call.hpp"
#include "ldap/connection.hpp"
#include "ldap/result_code.hpp"
#include "ldap/search_call.hpp"

namespace dirbridge::ldap {

inline constexpr std::size_t split_bytes = std::size_t{1} << 20;

// The parts of a change that is too large for one request, in order; empty when it is to be sent as it is.
std::vector<directory::Change> split(const directory::Change& change, std::size_t limit);

// One change on its way through the requests it takes.
class ChangeRun {
 public:
  ChangeRun(const directory::Change& change, const std::vector<std::string>& read_back)
      : change_(change),
        read_back_(read_back),
        call_(change, read_back),
        parts_(split(change, split_bytes)) {}

  // One request is enough, so it may fly together with others; finish() is to be called after that.
  bool is_one_request(const directory::Capabilities& offered) const;
  ChangeCall& call() { return call_; }
  void finish(Connection& connection, Deadline deadline);
  // The whole way, in as many requests as it takes.
  void run(Connection& connection, Deadline deadline);

  bool open() const { return open_; }  // not run yet, or may be repeated on another connection
  void reset();
  void fail(Error failure);
  Result<std::optional<directory::Entry>> take() { return std::move(result_); }
  const Result<std::optional<directory::Entry>>& result() const { return result_; }
  bool referred() const { return call_.code() == code::referral; }

 private:
  const directory::Modify* modify() const { return std::get_if<directory::Modify>(&change_.operation); }
  bool check_condition(Connection& connection, Deadline deadline);
  bool condition_met_unique() const;
  void run_unconditionally(Connection& connection, Deadline deadline);
  void run_parts(Connection& connection, Deadline deadline);
  void run_reduced(Connection& connection, Deadline deadline);
  void succeed(Connection& connection, Deadline deadline);
  void settle(const Call& call);

  const directory::Change& change_;
  const std::vector<std::string>& read_back_;
  ChangeCall call_;
  std::vector<directory::Change> parts_;
  bool open_ = true;
  Result<std::optional<directory::Entry>> result_{std::nullopt};
};

struct Batch {
  std::vector<ChangeRun> changes;
  std::deque<SearchCall> searches;

  // Runs what is open. What is open afterwards met a broken connection and may be run on another one.
  void run(Connection& connection, Deadline deadline);
  bool open() const;
  void fail_open(const Error& failure);
  void fail_changes(const Error& failure);
  void doubt(const Error& why);  // what was made may be lost with its server
  bool changed() const;          // one of the changes was made
  bool referred() const;         // one was refused by a replica, which takes none

 private:
  bool started_ = false;
};

}  // namespace dirbridge::ldap
