#include "daemon/reload_report.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "config/take_over.hpp"

namespace dirbridge::daemon {

namespace {

struct Changes {
  std::vector<std::string> added, changed, gone;
  std::vector<std::string> rules;  // those that are changed in what they say of users or groups
};

Changes changes_of(const config::Config& before, const config::Config& now) {
  Changes out;
  for (const auto& [name, connection] : now.connections) {
    const bool is_new = !before.connections.contains(name);
    if (is_new) out.added.push_back(name);
    if (is_new || !config::has_changed(before, now, name)) continue;
    out.changed.push_back(name);
    if (config::has_other_rules(before, now, name)) out.rules.push_back(name);
  }
  for (const auto& [name, connection] : before.connections)
    if (!now.connections.contains(name)) out.gone.push_back(name);
  return out;
}

}  // namespace

operate::CommandOutcome report_reloaded(const std::string& path, const config::Config& before,
                                        const config::Config& now, const std::vector<std::string>& waiting) {
  const auto changes = changes_of(before, now);
  log::info("reloaded", {{"config", path},
                         {"new", join(changes.added, " ")},
                         {"changed", join(changes.changed, " ")},
                         {"gone", join(changes.gone, " ")}});
  operate::CommandOutcome out;
  out.done.push_back(path + " was read again" + (now.server.tls ? ", and so were certificate and key" : ""));
  for (const auto& name : changes.added) out.done.push_back("connection " + name + " is new");
  for (const auto& name : changes.changed) out.done.push_back("connection " + name + " has changed");
  for (const auto& name : changes.gone) out.done.push_back("connection " + name + " is gone");
  for (const auto& name : changes.rules)
    out.done.push_back("connection " + name +
                       ": other rules of users or groups are for requests from now on; `dirbridge plan " +
                       name + "` shows what they make of those who are there, `dirbridge apply " + name +
                       "` does it");
  for (const auto& key : waiting) {
    log::warning("reload_needs_restart", {{"key", key}, {"detail", "it has changed and takes effect then"}});
    out.done.push_back(key + " has changed and needs a restart; until then it is as it was");
  }
  return out;
}

operate::CommandOutcome report_refused(const std::string& path, const std::vector<std::string>& why) {
  operate::CommandOutcome out;
  for (const auto& line : why) {
    log::error("reload_refused", {{"config", path}, {"detail", line}});
    out.failed.push_back(path + ": " + line);
  }
  out.failed.emplace_back("The bridge goes on with the configuration that it has.");
  return out;
}

}  // namespace dirbridge::daemon
