#include "operate/name_trial.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/text.hpp"
#include "mapping/naming.hpp"
#include "mapping/user_entry.hpp"

namespace dirbridge::operate {

namespace {

NameTrial try_name(const mapping::Rules& rules, const std::string& name) {
  NameTrial out{name, {}, {}, {}, {}};
  const auto login = mapping::login_name(rules, name);
  if (!login) {
    out.refusal = login.error().detail;
    return out;
  }
  out.login = *login;
  if (rules.user_options.bad_characters == mapping::BadCharacters::Warn &&
      mapping::has_bad_characters(*login))
    out.warning = "has one of #, / and ?";
  return out;
}

// Both sides of a collision are told of the other.
void find_collisions(std::vector<NameTrial>& trials) {
  std::unordered_map<std::string, std::size_t> first;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    if (!trials[i].refusal.empty()) continue;
    const auto [at, is_new] = first.emplace(fold_case(trials[i].login), i);
    if (is_new) continue;
    trials[i].collision = trials[at->second].name;
    if (trials[at->second].collision.empty()) trials[at->second].collision = trials[i].name;
  }
}

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

template <class Having>
std::string count(const std::vector<NameTrial>& trials, const Having& having) {
  return std::to_string(std::count_if(trials.begin(), trials.end(), having));
}

}  // namespace

std::vector<NameTrial> try_names(const mapping::Rules& rules, const std::vector<std::string>& names) {
  std::vector<NameTrial> out;
  std::unordered_set<std::string_view> seen;
  for (const auto& name : names)
    if (seen.insert(name).second) out.push_back(try_name(rules, name));
  find_collisions(out);
  return out;
}

bool is_safe(const std::vector<NameTrial>& trials) {
  return std::all_of(trials.begin(), trials.end(),
                     [](const auto& trial) { return trial.refusal.empty() && trial.collision.empty(); });
}

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
  return std::to_string(trials.size()) + (trials.size() == 1 ? " name: " : " names: ") +
         count(trials, [](const auto& t) { return t.changes(); }) + " change, " +
         count(trials, [](const auto& t) { return !t.collision.empty(); }) + " collide, " +
         count(trials, [](const auto& t) { return !t.refusal.empty(); }) + " are refused";
}

}  // namespace dirbridge::operate
