#pragma once
// One LDAP request on its way: how it is sent, what its answers mean, and how far it came. Connection::run
// drives it; the objects are used by one thread and live until the run is over.
#include <chrono>
#include <string>

#include "base/result.hpp"
#include "directory/directory.hpp"
#include "ldap/probe.hpp"

struct ldap;
struct ldapmsg;

namespace dirbridge::ldap {

// What a request is sent over.
struct Session {
  ::ldap* handle;
  const directory::Capabilities& capabilities;
};

class Call {
 public:
  Call() = default;
  virtual ~Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  Call(Call&&) = default;

  virtual Verb verb() const = 0;
  virtual const std::string& subject() const = 0;  // the DN it is about
  bool is_write() const { return verb() != Verb::Search && verb() != Verb::Compare; }

  // Sends the request; LDAP's result code, with `id` set on success.
  virtual int start(const Session& session, int& id) = 0;
  // An entry arrived; false: no more of them are wanted.
  virtual bool take_entry(const Session&, ::ldapmsg*) { return true; }
  // The final answer arrived. False: it was one of several, start() is to be called again (the next page).
  virtual bool take_result(const Session& session, ::ldapmsg* message);

  // Outcome. code() is -1 until the server has answered.
  int code() const { return code_; }
  const Result<>& result() const { return result_; }
  void fail(Error failure) { result_ = std::move(failure); }

  // The connection broke or the deadline passed before the answer came.
  void interrupt(Error failure, bool connection_broke);
  // Repeating it elsewhere can neither do a thing twice nor deliver an entry twice.
  bool can_be_repeated() const;
  void mark_sent();
  bool sent() const { return sent_; }
  virtual void reset();

  std::chrono::steady_clock::time_point started{};

 protected:
  virtual bool delivered() const { return false; }
  int code_ = -1;
  Result<> result_;

 private:
  bool sent_ = false;
  bool broken_ = false;
};

}  // namespace dirbridge::ldap
