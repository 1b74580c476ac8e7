#include "ldap/pool.hpp"

#include <csignal>

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

}  // namespace

struct Pool::State {
  explicit State(Settings settings) : lessor(std::move(settings)) {}

  // What met a broken connection and can be repeated gets a second one.
  void run(Batch& batch, Deadline deadline) {
    for (int attempt = 0; attempt < 2 && batch.open(); ++attempt) {
      auto lease = lessor.lease(deadline);
      if (!lease) return batch.fail_open(lease.error());
      batch.run(lease->connection(), deadline);
    }
  }

  Lessor lessor;
};

Pool::Pool(Settings settings) {
  ignore_broken_pipes();
  state_ = std::make_unique<State>(std::move(settings));
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
