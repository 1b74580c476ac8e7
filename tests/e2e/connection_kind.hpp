#pragma once
// Connections that differ in what a change of a user or group has to touch: the same load runs on each. Plain
// values.
#include <string>
#include <vector>

#include "e2e/bridge.hpp"

namespace dirbridge::e2e {

struct ConnectionKind {
  std::string name;
  boost::json::object connection;
  boost::json::object directory;
};

// plain; mapped: groups have records of their own and one fills two directory groups; follow: the same, and
// renames follow; moved: disabled users are elsewhere; stripped: they leave their groups.
const std::vector<ConnectionKind>& connection_kinds();

// The site in whose part of the directory disabled users are, where the kind moves them.
inline constexpr const char* leavers = "leavers";

// A site of this kind and that of its leavers.
std::vector<SiteOptions> with_leavers(const ConnectionKind& kind, const std::string& name);

}  // namespace dirbridge::e2e
