#pragma once
// A search, paged (RFC 2696) when it asks for it and the server can. Where a server answers "nothing" below a
// base that may not be seen, a search that finds nothing looks whether the base is there.
#include <string>
#include <vector>

#include "directory/directory.hpp"
#include "ldap/call.hpp"

struct ldapcontrol;

namespace dirbridge::ldap {

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
    return request_.page_size > 0 && session.capabilities.paged_results && !looks_at_base_;
  }
  bool next_page(const Session& session, ::ldapmsg* message);
  int send(const Session& session, ::ldapcontrol* page, int& id) const;

  const directory::SearchRequest& request_;
  const directory::Directory::Sink* sink_;
  std::vector<directory::Entry> entries_;
  std::string cookie_;
  bool any_ = false;            // an entry was found
  bool looks_at_base_ = false;  // nothing was found: now it is asked for the base itself
  bool stopped_ = false;        // the sink wants no more
};

}  // namespace dirbridge::ldap
