#include "ldap/supplier.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace dirbridge::ldap {

namespace {

constexpr std::chrono::milliseconds first_backoff{200};
constexpr std::chrono::milliseconds longest_backoff{30'000};
constexpr int most_tries = 3;  // to open a connection to a server that is still the one in use then

}  // namespace

Supplier::Supplier(Settings settings, std::chrono::milliseconds replica_patience)
    : settings_(std::move(settings)), replica_patience_(replica_patience), random_(std::random_device{}()) {
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
  for (int attempt = 0; attempt < most_tries; ++attempt) {
    const auto since = moves();
    bool outdated = false;
    why.clear();
    for (const auto rank : order()) {
      auto connection = open_at(rank, who, deadline);
      // A caller that has no time left says nothing about the server.
      const bool tried = connection || remaining(deadline).count() > 0;
      if (tried) note(rank, bool(connection));
      Result<> usable = connection ? check_state(**connection, deadline) : Result<>(connection.error());
      if (!usable) {
        why.append(why.empty() ? "" : "; ").append(usable.error().detail);
        continue;
      }
      if (auto taken = take(*connection, rank, since)) return std::move(*taken);
      outdated = true;  // another thread has taken another server meanwhile
      break;
    }
    if (!outdated) break;
  }
  return error(ErrorKind::Unavailable,
               why.empty() ? "no URI of a directory server can be used" : std::move(why));
}

// nullopt: the server in use is another one since then.
std::optional<Supplied> Supplier::take(std::unique_ptr<Connection>& connection, std::size_t rank,
                                       std::uint64_t since) {
  const std::lock_guard lock(mutex_);
  if (moves_ != since) return std::nullopt;
  behind_since_.reset();
  if (in_use_ && *in_use_ != rank) {
    ++moves_;
    log::warning("ldap_server_changed", {{"from", servers_[*in_use_].uri}, {"to", servers_[rank].uri}});
  }
  in_use_ = rank;
  return Supplied{std::move(connection), rank, moves_};
}

Result<> Supplier::check_state(Connection& connection, Deadline deadline) {
  if (size() < 2) return {};
  const auto until_called_off = connection.guarded_by(watchdog_);
  const auto there = connection.context_csns(deadline);
  if (!there) return there.error();
  const auto missing = state_.missing_in(*there);
  if (missing.empty()) {
    state_.saw(*there);
    return {};
  }
  {
    const std::lock_guard lock(mutex_);
    if (!behind_since_) behind_since_ = std::chrono::steady_clock::now();
    if (std::chrono::steady_clock::now() - *behind_since_ < replica_patience_)
      return error(ErrorKind::Unavailable, connection.uri() + ": it does not have change " + missing +
                                               " yet, which was acknowledged");
  }
  log::error("replica_behind", {{"uri", connection.uri()}, {"missing", missing}});
  state_.settle_for(*there);
  return {};
}

Result<> Supplier::changed(Connection& connection, Deadline deadline) {
  if (size() < 2) return {};
  const auto there = connection.context_csns(deadline);
  if (!there) return there.error();
  state_.saw(*there);
  return {};
}

void Supplier::leave(std::size_t rank) {
  if (size() < 2) return;
  note(rank, false);
  const std::lock_guard lock(mutex_);
  if (in_use_ != rank) return;
  ++moves_;
  in_use_.reset();
}

bool Supplier::is_in_use(std::size_t rank) const {
  const std::lock_guard lock(mutex_);
  return in_use_ == rank;
}

std::uint64_t Supplier::moves() const {
  const std::lock_guard lock(mutex_);
  return moves_;
}

// The one in use, then those that may work, then those that are waiting for their next try.
std::vector<std::size_t> Supplier::order() const {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  const auto standing = [&](std::size_t i) { return servers_[i].retry_at > now ? 2 : in_use_ == i ? 0 : 1; };
  std::vector<std::size_t> ranks;
  for (std::size_t i = 0; i < servers_.size(); ++i) ranks.push_back(i);
  std::stable_sort(ranks.begin(), ranks.end(), [&](auto a, auto b) { return standing(a) < standing(b); });
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

}  // namespace dirbridge::ldap
