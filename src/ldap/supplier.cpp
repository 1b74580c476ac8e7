#include "ldap/supplier.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace dirbridge::ldap {

namespace {

constexpr std::chrono::milliseconds first_backoff{200};
constexpr std::chrono::milliseconds longest_backoff{30'000};

}  // namespace

Supplier::Supplier(Settings settings) : settings_(std::move(settings)), random_(std::random_device{}()) {
  for (const auto& uri : settings_.uris) servers_.push_back({uri, parse_endpoint(uri)});
}

Result<std::unique_ptr<Connection>> Supplier::open_at(std::size_t rank, const Identity& who,
                                                      Deadline deadline) {
  const auto& endpoint = servers_[rank].endpoint;  // never changes: no lock
  if (!endpoint) return endpoint.error();
  const auto limit = std::min(deadline, deadline_in(settings_.connect_timeout));
  auto connection = Connection::open(*endpoint, settings_, who, watchdog_, limit);
  if (!connection) probe::connect_failed();
  return connection;
}

Result<Supplied> Supplier::open(Deadline deadline) {
  std::string why;
  const auto who = identity_of(settings_);
  for (const auto rank : order()) {
    auto connection = open_at(rank, who, deadline);
    // A caller that has no time left says nothing about the server.
    const bool tried = connection || remaining(deadline).count() > 0;
    if (tried) note(rank, bool(connection));
    if (connection) return Supplied{std::move(*connection), rank};
    why.append(why.empty() ? "" : "; ").append(connection.error().detail);
  }
  return error(ErrorKind::Unavailable,
               why.empty() ? "no URI of a directory server is configured" : std::move(why));
}

// Those that may work first, then those that are waiting for their next try.
std::vector<std::size_t> Supplier::order() const {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  std::vector<std::size_t> ranks;
  for (std::size_t i = 0; i < servers_.size(); ++i)
    if (servers_[i].retry_at <= now) ranks.push_back(i);
  for (std::size_t i = 0; i < servers_.size(); ++i)
    if (servers_[i].retry_at > now) ranks.push_back(i);
  return ranks;
}

void Supplier::note(std::size_t rank, bool works) {
  const std::lock_guard lock(mutex_);
  Server& server = servers_[rank];
  const bool worked = server.failures == 0;
  if (works) {
    server.failures = 0;
    server.retry_at = {};
  } else {
    const auto longest = std::min(longest_backoff, first_backoff * (1 << std::min(server.failures, 10)));
    std::uniform_int_distribution<long> jitter(longest.count() / 2, longest.count());
    server.retry_at = deadline_in(std::chrono::milliseconds(jitter(random_)));
    ++server.failures;
  }
  if (worked && !works) log::warning("ldap_server_unreachable", {{"uri", server.uri}});
  if (!worked && works) log::info("ldap_server_back", {{"uri", server.uri}});
}

std::size_t Supplier::best() const {
  const std::lock_guard lock(mutex_);
  const auto at =
      std::find_if(servers_.begin(), servers_.end(), [](const Server& s) { return s.failures == 0; });
  return static_cast<std::size_t>(at - servers_.begin());
}

std::optional<Deadline> Supplier::recheck_due(std::size_t rank) const {
  const std::lock_guard lock(mutex_);
  std::optional<Deadline> due;
  for (std::size_t i = 0; i < rank && i < servers_.size(); ++i)
    if (servers_[i].failures > 0) due = std::min(due.value_or(servers_[i].retry_at), servers_[i].retry_at);
  return due;
}

void Supplier::recheck(std::size_t rank) {
  const auto who = identity_of(settings_);
  for (std::size_t i = 0; i < rank && i < size(); ++i) {
    {
      const std::lock_guard lock(mutex_);
      if (servers_[i].failures == 0 || servers_[i].retry_at > std::chrono::steady_clock::now()) continue;
    }
    const auto connection = open_at(i, who, deadline_in(settings_.connect_timeout));
    note(i, bool(connection));
  }
}

}  // namespace dirbridge::ldap
