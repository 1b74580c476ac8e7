#include "operate/name_trial.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <unordered_map>
#include <unordered_set>

#include "base/text.hpp"
#include "mapping/login_name.hpp"
#include "mapping/naming.hpp"
#include "mapping/user_entry.hpp"

namespace dirbridge::operate {

namespace {

namespace json = boost::json;

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

NameCounts counts_of(const std::vector<NameTrial>& trials) {
  NameCounts out;
  for (const auto& trial : trials) {
    if (trial.changes()) ++out.changed;
    if (!trial.collision.empty()) ++out.colliding;
    if (!trial.refusal.empty()) ++out.refused;
  }
  return out;
}

json::object to_json(const std::vector<NameTrial>& trials) {
  json::array names;
  for (const auto& trial : trials) {
    json::object one{{"name", trial.name}, {"changed", trial.changes()}};
    const auto set = [&](std::string_view key, const std::string& text) {
      if (!text.empty()) one[key] = text;
    };
    set("login", trial.login);
    set("refusal", trial.refusal);
    set("collision", trial.collision);
    set("warning", trial.warning);
    names.push_back(std::move(one));
  }
  const auto counts = counts_of(trials);
  return {{"names", std::move(names)},
          {"changed", counts.changed},
          {"colliding", counts.colliding},
          {"refused", counts.refused}};
}

}  // namespace dirbridge::operate
