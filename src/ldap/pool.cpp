#include "ldap/pool.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <unordered_map>

#include "ldap/batch.hpp"
#include "ldap/lessor.hpp"

namespace dirbridge::ldap {

namespace {

// libldap writes without MSG_NOSIGNAL: a peer that has gone away would kill the process.
void ignore_broken_pipes() {
  struct sigaction current {};
  if (sigaction(SIGPIPE, nullptr, &current) == 0 && current.sa_handler == SIG_DFL)
    std::signal(SIGPIPE, SIG_IGN);
}

void add_searches(Batch& batch, std::span<const directory::SearchRequest> requests,
                  const directory::Directory::Sink* sink = nullptr) {
  for (const auto& request : requests) batch.searches.emplace_back(request, sink);
}

std::vector<Result<std::vector<directory::Entry>>> take_searches(Batch& batch) {
  std::vector<Result<std::vector<directory::Entry>>> results;
  results.reserve(batch.searches.size());
  for (auto& search : batch.searches) results.push_back(search.take());
  return results;
}

const std::vector<std::string> nothing_to_read;

// From which server each thread has read last, by the number of moves. A request is handled by one thread:
// what it read long ago was another request's.
class Reads {
 public:
  bool are_of(std::uint64_t move) const {
    const auto at = last().find(pool_);
    return at == last().end() || at->second.move == move || deadline_in(-longest_request) > at->second.when;
  }
  void were_of(std::uint64_t move) { last()[pool_] = {move, deadline_in({})}; }

 private:
  static constexpr std::chrono::seconds longest_request{60};
  struct Last {
    std::uint64_t move;
    Deadline when;
  };
  static std::unordered_map<std::uint64_t, Last>& last() {
    thread_local std::unordered_map<std::uint64_t, Last> of_this_thread;
    return of_this_thread;
  }
  static std::uint64_t next() {
    static std::atomic<std::uint64_t> number{0};
    return ++number;
  }

  const std::uint64_t pool_ = next();
};

}  // namespace

struct Pool::State {
  State(Settings settings, std::chrono::milliseconds replica_patience)
      : lessor(std::move(settings), replica_patience) {}

  // What met a broken connection and can be repeated gets a second one.
  void run(Batch& batch, Deadline deadline) {
    for (int attempt = 0; attempt < 2 && batch.open(); ++attempt) {
      auto lease = lessor.lease(deadline);
      if (!lease) return batch.fail_open(lease.error());
      const auto& item = lease->item();
      if (!batch.changes.empty() && !reads.are_of(item.move)) batch.fail_changes(other_server());
      batch.run(lease->connection(), deadline);
      if (!batch.searches.empty()) reads.were_of(item.move);
      if (batch.changed())
        if (auto seen = lessor.supplier().changed(lease->connection(), deadline); !seen)
          batch.doubt(seen.error());
      if (batch.referred()) lessor.supplier().leave(item.rank);
    }
  }

  static Error other_server() {
    return error(ErrorKind::Unavailable,
                 "another directory server was taken meanwhile: what is there has to be read again");
  }

  Lessor lessor;
  Reads reads;
};

Pool::Pool(Settings settings, std::chrono::milliseconds replica_patience) {
  ignore_broken_pipes();
  state_ = std::make_unique<State>(std::move(settings), replica_patience);
}

Pool::~Pool() = default;

Result<> Pool::search(const directory::SearchRequest& request, Deadline deadline, const Sink& sink) {
  Batch batch;
  batch.searches.emplace_back(request, &sink);
  state_->run(batch, deadline);
  return batch.searches.front().result();
}

std::vector<Result<std::vector<directory::Entry>>> Pool::search_all(
    std::span<const directory::SearchRequest> requests, Deadline deadline) {
  Batch batch;
  add_searches(batch, requests);
  if (!requests.empty()) state_->run(batch, deadline);
  return take_searches(batch);
}

Result<> Pool::search_each(std::span<const directory::SearchRequest> requests, Deadline deadline,
                           const Sink& sink) {
  Batch batch;
  add_searches(batch, requests, &sink);
  if (!requests.empty()) state_->run(batch, deadline);
  for (const auto& search : batch.searches)
    if (!search.result()) return search.result().error();
  return {};
}

Result<std::optional<directory::Entry>> Pool::apply(const directory::Change& change,
                                                    const std::vector<std::string>& read_back,
                                                    Deadline deadline) {
  Batch batch;
  batch.changes.emplace_back(change, read_back);
  state_->run(batch, deadline);
  return batch.changes.front().take();
}

std::vector<Result<>> Pool::apply_all(std::span<const directory::Change> changes, Deadline deadline) {
  Batch batch;
  batch.changes.reserve(changes.size());
  for (const auto& change : changes) batch.changes.emplace_back(change, nothing_to_read);
  if (!changes.empty()) state_->run(batch, deadline);
  std::vector<Result<>> results;
  results.reserve(changes.size());
  for (auto& change : batch.changes)
    results.push_back(change.result() ? Result<>() : Result<>(change.result().error()));
  return results;
}

Pool::Mixed Pool::apply_and_search(const directory::Change& change, const std::vector<std::string>& read_back,
                                   std::span<const directory::SearchRequest> searches, Deadline deadline) {
  Batch batch;
  batch.changes.emplace_back(change, read_back);
  add_searches(batch, searches);
  state_->run(batch, deadline);
  return {batch.changes.front().take(), take_searches(batch)};
}

Result<directory::Capabilities> Pool::capabilities(Deadline deadline) {
  auto lease = state_->lessor.lease(deadline);
  if (!lease) return lease.error();
  return lease->connection().capabilities();
}

Result<> Pool::authenticate(const directory::Dn& dn, const Secret& password, Deadline deadline) {
  auto& supplier = state_->lessor.supplier();
  if (dn.empty()) return error(ErrorKind::Unauthorized, "no name to bind as");
  Result<> result = error(ErrorKind::Unavailable, "no URI of a directory server is configured");
  for (std::size_t rank = 0; rank < supplier.size(); ++rank) {
    const auto connection = supplier.open_at(rank, {dn.str(), password, false}, deadline);
    if (connection) return {};
    result = connection.error();
    if (result.error().kind != ErrorKind::Unavailable) break;
  }
  return result;
}

std::vector<Pool::Diagnosis> Pool::diagnose(Deadline deadline) {
  auto& supplier = state_->lessor.supplier();
  const auto who = identity_of(supplier.settings());
  std::vector<Diagnosis> result;
  for (std::size_t rank = 0; rank < supplier.size(); ++rank) {
    Diagnosis& diagnosis = result.emplace_back();
    diagnosis.uri = supplier.settings().uris[rank];
    auto connection = supplier.open_at(rank, who, deadline);
    if (connection) {
      diagnosis.encrypted = (*connection)->encrypted();
      diagnosis.capabilities = (*connection)->capabilities();
    } else {
      diagnosis.failure = connection.error();
    }
  }
  return result;
}

void Pool::call_off() {
  state_->lessor.call_off();
}

std::vector<std::string> Pool::uris_in_use() const {
  return state_->lessor.uris_in_use();
}

}  // namespace dirbridge::ldap
