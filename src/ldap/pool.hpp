#pragma once
// The directory behind a pool of LDAP connections. Never fails at construction: it connects on demand, and
// again after an outage. What it promises is in directory/directory.hpp; in addition:
//
// - A read, and a write that was not sent, is repeated once on another connection when the first one broke.
// - A write whose answer is missing ends in OutcomeUnknown and is never repeated.
// - Trouble of our own account (a refused bind) is Unavailable: the caller of the bridge is not to blame.
// - A search with a sink keeps its connection until it ends; a sink that asks the same pool needs a second
// one.
//
// Thread-safe; calls must have ended before it is destroyed. SIGPIPE is ignored from then on, when it is at
// its default.
#include <memory>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "directory/directory.hpp"
#include "ldap/settings.hpp"

namespace dirbridge::ldap {

class Pool final : public directory::Directory {
 public:
  explicit Pool(Settings settings);
  ~Pool() override;

  Result<> search(const directory::SearchRequest& request, Deadline deadline, const Sink& sink) override;
  std::vector<Result<std::vector<directory::Entry>>> search_all(
      std::span<const directory::SearchRequest> requests, Deadline deadline) override;
  Result<> search_each(std::span<const directory::SearchRequest> requests, Deadline deadline,
                       const Sink& sink) override;
  Result<std::optional<directory::Entry>> apply(const directory::Change& change,
                                                const std::vector<std::string>& read_back,
                                                Deadline deadline) override;
  std::vector<Result<>> apply_all(std::span<const directory::Change> changes, Deadline deadline) override;
  Mixed apply_and_search(const directory::Change& change, const std::vector<std::string>& read_back,
                         std::span<const directory::SearchRequest> searches, Deadline deadline) override;
  Result<directory::Capabilities> capabilities(Deadline deadline) override;

  // Binds as somebody else on a connection of its own. Unauthorized: a wrong name or password.
  Result<> authenticate(const directory::Dn& dn, const Secret& password, Deadline deadline);

  struct Diagnosis {
    std::string uri;
    bool encrypted = false;
    directory::Capabilities capabilities;
    std::optional<Error> failure;  // Unauthorized when the bind was refused
  };
  // Connects to each URI anew, in order.
  std::vector<Diagnosis> diagnose(Deadline deadline);

  // Nothing is waited for any more: what is in progress fails as if the connection was lost, and so does
  // whatever comes later. For an end that has no time left.
  void call_off();

  // The URI of each open connection.
  std::vector<std::string> uris_in_use() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dirbridge::ldap
