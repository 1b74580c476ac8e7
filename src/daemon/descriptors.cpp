#include "daemon/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace dirbridge::daemon {
namespace {

constexpr std::size_t fewest_connections = 16;
constexpr std::size_t files = 32;  // the log, the audit, tokens, event queues, listeners

// Each worker may ask a name server, or Jira, and each directory be connected anew beside its pool.
std::size_t reserve(const config::Config& config) {
  std::size_t out = files + config::admin_connections + 2 * config.server.limits.workers;
  for (const auto& [name, directory] : config.directories) out += directory.pool_size + 2;
  return out;
}

}  // namespace

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<std::size_t>::max();
  const auto soft = std::exchange(limit.rlim_cur, limit.rlim_max);
  return soft == limit.rlim_max || setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : soft;
}

Result<std::size_t> connections_within(std::size_t limit, const config::Config& config) {
  const auto kept = reserve(config);
  if (limit < kept + fewest_connections)
    return error(ErrorKind::Unavailable,
                 "this process may have " + std::to_string(limit) + " open files, and needs " +
                     std::to_string(kept + fewest_connections) +
                     " at least: raise the limit (LimitNOFILE of systemd, ulimit -n)");
  return std::min(config.server.limits.connections, limit - kept);
}

}  // namespace dirbridge::daemon
