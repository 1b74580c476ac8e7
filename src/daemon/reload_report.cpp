#include "daemon/reload_report.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "config/take_over.hpp"

namespace dirbridge::daemon {

operate::Reloaded report_reloaded(const std::string& path, const config::Config& before,
                                  const config::Config& now, const std::vector<std::string>& waiting) {
  operate::Reloaded out;
  out.file = path;
  out.certificate = now.server.tls.has_value();
  out.waiting = waiting;
  for (const auto& [name, connection] : now.connections) {
    const bool is_new = !before.connections.contains(name);
    if (is_new) out.added.push_back(name);
    if (is_new || !config::has_changed(before, now, name)) continue;
    out.changed.push_back(name);
    if (config::has_other_rules(before, now, name)) out.other_rules.push_back(name);
  }
  for (const auto& [name, connection] : before.connections)
    if (!now.connections.contains(name)) out.removed.push_back(name);
  log::info("reloaded", {{"config", path},
                         {"new", join(out.added, " ")},
                         {"changed", join(out.changed, " ")},
                         {"gone", join(out.removed, " ")}});
  for (const auto& key : waiting)
    log::warning("reload_needs_restart", {{"key", key}, {"detail", "it has changed and takes effect then"}});
  return out;
}

operate::Reloaded report_refused(const std::string& path, const std::vector<std::string>& why) {
  for (const auto& line : why) log::error("reload_refused", {{"config", path}, {"detail", line}});
  operate::Reloaded out;
  out.file = path;
  out.refused = why;
  return out;
}

}  // namespace dirbridge::daemon
