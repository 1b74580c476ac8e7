#include "daemon/commands/text/names.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "mapping/naming.hpp"

namespace dirbridge::daemon {

namespace {

using operate::NameTrial;

std::string remark(const NameTrial& trial) {
  if (!trial.refusal.empty()) return "refused: " + trial.refusal;
  if (!trial.collision.empty()) return "collides with " + trial.collision;
  if (!trial.warning.empty()) return trial.warning;
  return trial.changes() ? "" : "unchanged";
}

std::string column(const std::string& text, std::size_t width) {
  const auto shown = mapping::printable(text);
  const auto characters = code_points(shown).size();
  return shown + std::string(characters < width ? width - characters : 0, ' ') + "  ";
}

}  // namespace

std::string to_table(const std::vector<NameTrial>& trials) {
  constexpr std::size_t widest = 40;
  std::size_t names = 4;
  std::size_t logins = 10;
  for (const auto& trial : trials) {
    names = std::max(names, std::min(widest, code_points(trial.name).size()));
    logins = std::max(logins, std::min(widest, code_points(trial.login).size()));
  }
  std::string out = column("NAME", names) + "LOGIN NAME\n";
  for (const auto& trial : trials) {
    auto line = column(trial.name, names) + column(trial.login.empty() ? "-" : trial.login, logins) +
                mapping::printable(remark(trial));
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string summary(const std::vector<NameTrial>& trials) {
  const auto counts = operate::counts_of(trials);
  return std::to_string(trials.size()) + (trials.size() == 1 ? " name: " : " names: ") +
         std::to_string(counts.changed) + " change, " + std::to_string(counts.colliding) + " collide, " +
         std::to_string(counts.refused) + " are refused";
}

}  // namespace dirbridge::daemon
