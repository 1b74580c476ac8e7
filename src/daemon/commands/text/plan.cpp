#include "daemon/commands/text/plan.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::daemon {

namespace {

using directory::Change;
using directory::Modification;

constexpr std::size_t most_values = 5;  // of one modification that are shown

std::string some_of(const std::vector<std::string>& values) {
  std::string out;
  for (std::size_t i = 0; i < std::min(values.size(), most_values); ++i) out += (i ? ", " : "") + values[i];
  if (values.size() > most_values) out += " and " + std::to_string(values.size() - most_values) + " more";
  return out;
}

std::string in_words(const Modification& m) {
  using Op = Modification::Op;
  if (m.attribute == attr::resource) return m.attribute;
  const std::string sign = m.op == Op::Add ? " + " : m.op == Op::Delete ? " - " : " = ";
  return m.attribute + (m.values.empty() ? std::string(" removed") : sign + some_of(m.values));
}

std::string to_text(const Change& change) {
  auto out = std::string(directory::verb(change)) + ' ' + directory::target(change).str() + "  (" +
             change.reason + ")\n";
  if (const auto* modify = std::get_if<directory::Modify>(&change.operation))
    for (const auto& m : modify->modifications) out += "    " + in_words(m) + '\n';
  if (const auto* rename = std::get_if<directory::Rename>(&change.operation))
    out += "    to " + rename->new_rdn.str() +
           (rename->new_superior ? "," + rename->new_superior->str() : std::string()) + '\n';
  return out;
}

// "3 changes: 1 add, 2 modify"
std::string summary(const std::vector<Change>& changes) {
  std::map<std::string_view, std::size_t> verbs;
  for (const auto& change : changes) ++verbs[directory::verb(change)];
  auto out = std::to_string(changes.size()) + (changes.size() == 1 ? " change" : " changes");
  const char* separator = ": ";
  for (const auto& [verb, count] : verbs) {
    out += separator + std::to_string(count) + ' ' + std::string(verb);
    separator = ", ";
  }
  return out;
}

std::string count(std::size_t number, std::string_view what) {
  return std::to_string(number) + ' ' + std::string(what) + (number == 1 ? "" : "s");
}

}  // namespace

std::string in_words(const operate::Losses& losses) {
  std::vector<std::string> all;
  if (losses.memberships) all.push_back("ends " + count(losses.memberships, "membership"));
  if (losses.people) all.push_back("disables or deletes " + count(losses.people, "user"));
  if (losses.groups) all.push_back("deletes " + count(losses.groups, "directory group"));
  return join(all, ", ");
}

std::string to_text(const operate::Plan& plan) {
  std::string out;
  for (const auto& change : plan.changes) out += to_text(change);
  out += summary(plan.changes) + '\n';
  if (plan.losses.any())
    out += "This " + in_words(plan.losses) +
           ". Apply asks before it does that; what is over the budget of the guard waits then.\n";
  return out;
}

std::string to_ldif(const operate::Plan& plan) {
  std::string out;
  for (const auto& change : plan.changes) out += directory::to_ldif(change) + '\n';
  return out;
}

}  // namespace dirbridge::daemon
