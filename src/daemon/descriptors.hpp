#pragma once
// Open files: how many this process may have, and how many of them identity providers may use. The rest is
// for the directories, the admin listener and files, which must go on when connections run short.
#include <cstddef>

#include "config/config.hpp"

namespace dirbridge::daemon {

// Raises the soft limit to the hard one; returns what now holds.
std::size_t raise_descriptor_limit();

// As many connections as are configured and `limit` allows beside everything else. Unavailable: too few to
// begin with; says how many are needed.
Result<std::size_t> connections_within(std::size_t limit, const config::Config& config);

}  // namespace dirbridge::daemon
