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

class SearchCall final : public Call {
 public:
  // Entries go to the sink when there is one, and are collected otherwise. Both must outlive the call.
  SearchCall(const directory::SearchRequest& request, const directory::Directory::Sink* sink)
      : request_(request), sink_(sink) {}

  Verb verb() const override { return Verb::Search; }
  const std::string& subject() const override { return request_.base.str(); }
  int start(const Session& session, int& id) override;
  bool take_entry(const Session& session, ::ldapmsg* message) override;
  bool take_result(const Session& session, ::ldapmsg* message) override;
  void reset() override;

  std::vector<directory::Entry>& entries() { return entries_; }
  Result<std::vector<directory::Entry>> take();

 protected:
  bool delivered() const override { return sink_ && any_; }

 private:
  bool paged(const Session& session) const {
    return request_.page_size > 0 && session.capabilities.paged_results;
  }

  const directory::SearchRequest& request_;
  const directory::Directory::Sink* sink_;
  std::vector<directory::Entry> entries_;
  std::string cookie_;
  bool any_ = false;      // an entry was handed over
  bool stopped_ = false;  // the sink wants no more
};

class CompareCall final : public Call {
 public:
  CompareCall(const directory::Dn& dn, const std::string& attribute, const std::string& value)
      : dn_(dn), attribute_(attribute), value_(value) {}
  Verb verb() const override { return Verb::Compare; }
  const std::string& subject() const override { return dn_.str(); }
  int start(const Session& session, int& id) override;
  bool take_result(const Session& session, ::ldapmsg* message) override;

 private:
  const directory::Dn& dn_;
  const std::string& attribute_;
  const std::string& value_;
};

// Controls are sent where the session has them: assertion, permissive modify, post-read.
class ChangeCall final : public Call {
 public:
  ChangeCall(const directory::Change& change, const std::vector<std::string>& read_back)
      : change_(change), read_back_(read_back) {}
  Verb verb() const override { return static_cast<Verb>(change_.operation.index()); }
  const std::string& subject() const override { return directory::target(change_).str(); }
  int start(const Session& session, int& id) override;
  bool take_result(const Session& session, ::ldapmsg* message) override;

  const directory::Change& change() const { return change_; }
  const std::vector<std::string>& read_back() const { return read_back_; }
  std::optional<directory::Entry>& entry() { return entry_; }

 private:
  const directory::Change& change_;
  const std::vector<std::string>& read_back_;
  std::optional<directory::Entry> entry_;
};

}  // namespace dirbridge::ldap
