#include "config/reload.hpp"

#include <set>

#include "config/document.hpp"
#include "config/object_reader.hpp"

namespace dirbridge::config {

namespace {

void compare_directories(const Config& running, const Config& next, std::vector<std::string>& out) {
  std::set<std::string> names;
  for (const auto* config : {&running, &next})
    for (const auto& [name, directory] : config->directories) names.insert(name);
  for (const auto& name : names)
    if (differ(running, next, {"directories", name})) out.push_back(member_path("$.directories", name));
}

}  // namespace

std::vector<std::string> needs_restart(const Config& running, const Config& next) {
  std::vector<std::string> out;
  const auto& before = running.server;
  const auto& after = next.server;
  if (before.listen != after.listen) out.emplace_back("$.server.listen");
  if (before.tls.has_value() != after.tls.has_value()) out.emplace_back("$.server.tls");
  if (before.limits != after.limits) out.emplace_back("$.server.limits");
  if (before.base_path != after.base_path) out.emplace_back("$.server.base_path");
  if (before.alias_paths != after.alias_paths) out.emplace_back("$.server.alias_paths");
  if (running.admin != next.admin) out.emplace_back("$.admin.listen");
  if (running.audit != next.audit) out.emplace_back("$.audit");
  if (differ(running, next, {"schemas"})) out.emplace_back("$.schemas");
  compare_directories(running, next, out);
  return out;
}

}  // namespace dirbridge::config
