#pragma once
// One connection as a bridge serves it: its parts, and what the SCIM server sees of them.
#include <memory>

#include "config/config.hpp"
#include "operate/connection_parts.hpp"
#include "server/connection.hpp"

namespace dirbridge::daemon {

struct ServedConnection {
  std::shared_ptr<operate::ConnectionParts> parts;
  std::shared_ptr<server::Connection> connection;  // keeps the parts
};

// `before`: what is left of the parts that these replace; may be null. Errors: a secret that cannot be read.
Result<ServedConnection> make_served(const std::string& name, const config::ConnectionConfig& config,
                                     const config::DirectoryConfig& target,
                                     const operate::Surroundings& around,
                                     std::shared_ptr<operate::Lasting> before);

}  // namespace dirbridge::daemon
