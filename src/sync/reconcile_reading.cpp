// What the Reconciler reads before it plans.
#include "sync/reconcile.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::sync {

namespace {

using directory::Dn;
using directory::Entry;

// Whether a removal of this member waits for an administrator, under any of its names.
bool holds(const Entry& group, const Entry& member) {
  const auto* waiting = group.attributes.find(attr::held_member);
  if (!waiting) return false;
  auto names = aliases(member);
  names.push_back(member.dn.str());
  for (const auto& value : *waiting)
    for (const auto& name : names) {
      const auto held = Dn::parse(value);
      const auto wanted = Dn::parse(name);
      if (held && wanted && *held == *wanted) return true;
    }
  return false;
}

}  // namespace

// The entry itself, then one search per probe that finds it only if it has the value.
std::vector<directory::SearchRequest> Reconciler::searches_of(const Task& task) {
  std::vector<directory::SearchRequest> out{task.find};
  for (const auto& probe : task.probes) {
    auto search = task.find;
    search.attributes = {"1.1"};
    search.filter =
        directory::Filter::all_of({task.find.filter, directory::Filter::equal(probe.attribute, probe.value)});
    out.push_back(std::move(search));
  }
  return out;
}

Result<Current> Reconciler::current(const Task& task, Look look, Deadline deadline) {
  Current nothing;
  nothing.unread = task.unread;
  if (look == Look::Nowhere) return nothing;
  auto searches = searches_of(task);
  if (look == Look::Everywhere) searches.insert(searches.end(), task.elsewhere.begin(), task.elsewhere.end());
  auto answers = directory_.search_all(searches, deadline);
  return current_of(task, answers);
}

// From the answers to searches_of(), and to what was asked elsewhere.
Result<Current> Reconciler::current_of(const Task& task, Answers answers) {
  Current out;
  out.unread = task.unread;
  const auto here = 1 + task.probes.size();
  auto* entries = &answers.front();
  for (auto at = here; at <= answers.size(); ++at) {
    if (!*entries && entries->error().kind != ErrorKind::NotFound) return entries->error();
    if (*entries && !(*entries)->empty()) break;
    if (at == answers.size()) return out;
    entries = &answers[at];
  }
  const bool is_here = entries == &answers.front();
  for (std::size_t i = 0; is_here && i < task.probes.size(); ++i) {
    const auto& holders = answers[i + 1];
    if (!holders) return holders.error();
    if (holders->empty()) out.absent.push_back(task.probes[i]);
  }
  auto& found = **entries;
  if (found.size() > 1)
    return error(ErrorKind::Internal, "several entries claim to be the one at " + found.front().dn.str() +
                                          " and " + found[1].dn.str() + ": remove dirbridgeId from the copy");
  out.entry = std::move(found.front());
  return out;
}

// Reads what plan() needs beyond the entry itself.
Result<> Reconciler::complete(Current& current, const EntryGoal& goal, Deadline deadline) {
  if (!needs_referrers(goal, current.entry)) return {};
  if (goal.presence == EntryGoal::Presence::Present)
    if (auto done = find_goal(current, goal, deadline); !done) return done;
  if (auto done = look_behind_aliases(current, deadline); !done) return done;
  auto names = aliases(*current.entry);
  names.push_back(current.entry->dn.str());
  return find_referrers(current, names, deadline);
}

// Whether a rename can be made: the name is free or the entry's own already, and the place is there. A server
// that does not find the place of a ModDN answers as if it had not found the entry.
Result<> Reconciler::find_goal(Current& current, const EntryGoal& goal, Deadline deadline) {
  const Entry& entry = *current.entry;
  if (entry.dn.str() == goal.dn.str()) return {};
  std::vector<directory::SearchRequest> searches{directory::at(goal.dn, {attr::id})};
  const auto place = goal.dn.parent();
  if (!(place == entry.dn.parent())) searches.push_back(directory::at(place, {"1.1"}));
  const auto found = directory_.search_all(searches, deadline);
  for (const auto& one : found)
    if (!one && one.error().kind != ErrorKind::NotFound) return one.error();
  const auto is_there = [&](std::size_t i) { return found[i] && !found[i]->empty(); };
  const auto id_of = [](const Entry& one) { return ascii_lower(one.attributes.first(attr::id)); };
  current.at_goal = is_there(0) && found[0]->front().dn.str() == entry.dn.str();
  if (is_there(0) && !current.at_goal && id_of(found[0]->front()) != id_of(entry))
    return error(ErrorKind::Uniqueness, "an entry " + goal.dn.str() + " exists already");
  return found.size() < 2 || is_there(1) ? Result<>() : Result<>(directory::missing_base(place));
}

// The server is asked what the aliases are to it: nothing, another spelling of the entry's own DN, or
// somebody's own DN by now, who keeps the memberships.
Result<> Reconciler::look_behind_aliases(Current& current, Deadline deadline) {
  Entry& entry = *current.entry;
  auto names = aliases(entry);
  for (const auto& name : aliases(entry)) {
    auto dn = Dn::parse(name);
    if (!dn || name == entry.dn.str()) continue;
    auto other = directory::read(directory_, *dn, {"1.1"}, deadline);
    if (!other) return other.error();
    if (!*other) continue;
    if ((*other)->dn.str() == entry.dn.str()) {
      current.spellings.push_back(name);
      continue;
    }
    log::warning("alias_taken", {{"dn", entry.dn.str()}, {"alias", name}});
    std::erase(names, name);
  }
  if (names.empty()) names.push_back(entry.dn.str());  // still an alias to clear
  if (!aliases(entry).empty()) entry.attributes.set(attr::alias, std::move(names));
  return {};
}

Result<> Reconciler::find_referrers(Current& current, const std::vector<std::string>& names,
                                    Deadline deadline) {
  if (names.empty()) return {};
  const Entry& entry = *current.entry;
  std::vector<directory::Filter> any;
  for (const auto& name : names) any.push_back(directory::Filter::equal(shape_.member_attribute, name));
  std::vector<directory::SearchRequest> searches;
  for (const auto& base : groups_)
    searches.push_back(
        {base, directory::Scope::Subtree, directory::Filter::any_of(any), {attr::held_member}, 0});
  for (auto& groups : directory_.search_all(searches, deadline)) {
    if (!groups) return groups.error();
    for (auto& group : *groups) {
      if (holds(group, entry)) current.holders.push_back(group.dn);
      current.referrers.push_back(std::move(group.dn));
    }
  }
  return {};
}

}  // namespace dirbridge::sync
