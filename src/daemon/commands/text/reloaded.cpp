#include "daemon/commands/text/reloaded.hpp"

namespace dirbridge::daemon {

std::vector<std::string> lines_of(const operate::Reloaded& reloaded) {
  std::vector<std::string> out;
  if (!reloaded.refused.empty()) return out;
  out.push_back(reloaded.file + " was read again" +
                (reloaded.certificate ? ", and so were certificate and key" : ""));
  for (const auto& name : reloaded.added) out.push_back("connection " + name + " is new");
  for (const auto& name : reloaded.changed) out.push_back("connection " + name + " has changed");
  for (const auto& name : reloaded.removed) out.push_back("connection " + name + " is gone");
  for (const auto& name : reloaded.other_rules)
    out.push_back("connection " + name +
                  ": other rules of users or groups are for requests from now on; `dirbridge plan " + name +
                  "` shows what they make of those who are there, `dirbridge apply " + name + "` does it");
  for (const auto& key : reloaded.waiting)
    out.push_back(key + " has changed and needs a restart; until then it is as it was");
  return out;
}

std::vector<std::string> reasons_of(const operate::Reloaded& reloaded) {
  std::vector<std::string> out;
  for (const auto& why : reloaded.refused) out.push_back(reloaded.file + ": " + why);
  if (!out.empty()) out.emplace_back("The bridge goes on with the configuration that it has.");
  return out;
}

}  // namespace dirbridge::daemon
