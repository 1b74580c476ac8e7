#pragma once
// A connection over the directory in memory: thousands of steps in a second, for property tests. It has what
// TestConnection has, without a server. Several may work on one directory, one after another with other rules
// (a restart with another configuration), or side by side.
#include <functional>
#include <string>

#include "directory/memory_directory.hpp"
#include "support/connection_parts.hpp"

namespace dirbridge::test {

// The bases as a private slapd has them, and the place of its accounts: ou=people, ou=groups, ou=dirbridge
// and ou=services below dc=example,dc=org.
class MemoryWorld {
 public:
  MemoryWorld();
  directory::MemoryDirectory& directory() { return directory_; }
  // An entry of somebody else; its operational attributes are made up.
  void add(const std::string& dn, directory::Attributes attributes);

 private:
  directory::MemoryDirectory directory_;
};

// The rules of a connection of that name on a MemoryWorld.
mapping::Rules memory_rules(
    const std::string& name, const std::function<void(mapping::Rules&)>& adjust = [](mapping::Rules&) {});

struct MemoryConnection : ConnectionParts {
  explicit MemoryConnection(
      MemoryWorld& world, const std::string& name = "okta",
      const std::function<void(mapping::Rules&)>& adjust = [](mapping::Rules&) {},
      sync::Journal* journal = nullptr)
      : ConnectionParts(world.directory(), memory_rules(name, adjust), nullptr, journal) {}
};

}  // namespace dirbridge::test
