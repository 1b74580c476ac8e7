#include "provision/disabling.hpp"

#include <algorithm>

#include "provision/stored.hpp"
#include "scim/json_text.hpp"

namespace dirbridge::provision {

namespace {

constexpr std::size_t page_size = 1'000;

bool is_inactive(const json::object& content) {
  const auto* active = content.if_contains("active");
  return active && active->is_bool() && !active->get_bool();
}

// Whether an earlier disabling of this user waits, or was rejected: asked once is asked.
bool is_undecided_or_rejected(const directory::Entry& entry) {
  return has_held(entry, held::disable) || has_held(entry, held::disable_rejected);
}

std::vector<std::string> without_disable(const directory::Entry& entry) {
  std::vector<std::string> out;
  if (const auto* all = entry.attributes.find("dirbridgeHeld")) out = *all;
  std::erase_if(out,
                [](const auto& value) { return value == held::disable || value == held::disable_rejected; });
  return out;
}

// The entry of an active user; the record of an inactive one.
Result<sync::EntryGoal> goal_of_held(const json::object& content, const GoalOfContent& goal_of) {
  auto as_active = content;
  as_active["active"] = true;
  auto goal = goal_of(as_active);
  if (!goal) return goal;
  for (auto& wish : goal->attributes)
    if (wish.attribute == "dirbridgeResource") wish.values = {scim::serialize(content)};
  return goal;
}

}  // namespace

bool has_held(const directory::Entry& entry, std::string_view what) {
  const auto* all = entry.attributes.find("dirbridgeHeld");
  return all && std::find(all->begin(), all->end(), what) != all->end();
}

Result<sync::EntryGoal> goal_within_budget(const Context& context, Permission& permission,
                                           const mapping::Record& record, const directory::Entry& entry,
                                           const json::object& content, const GoalOfContent& goal_of,
                                           Deadline deadline) {
  const bool asked_before = is_undecided_or_rejected(entry);
  if (!is_inactive(content)) {
    auto goal = goal_of(content);
    if (goal && asked_before)
      goal->attributes.push_back(sync::exactly("dirbridgeHeld", without_disable(entry)));
    return goal;
  }
  if (asked_before) return goal_of_held(content, goal_of);
  if (is_inactive(record.content)) return goal_of(content);
  const auto allowed = permission.ask(
      1, [&] { return count_resources(context, context.rules.user_base, "dirbridgeUser", deadline); });
  if (!allowed) return allowed.error();
  if (*allowed) return goal_of(content);
  auto goal = goal_of_held(content, goal_of);
  if (goal) goal->attributes.push_back(sync::including("dirbridgeHeld", {held::disable}));
  return goal;
}

Result<sync::EntryGoal> decided_goal(sync::Decision decision, const mapping::Record& record,
                                     const directory::Entry& entry, const GoalOfContent& goal_of) {
  auto values = without_disable(entry);
  const bool rejected = decision == sync::Decision::Rejected;
  auto goal = rejected ? goal_of_held(record.content, goal_of) : goal_of(record.content);
  if (!goal) return goal;
  if (rejected) values.emplace_back(held::disable_rejected);
  goal->attributes.push_back(sync::exactly("dirbridgeHeld", std::move(values)));
  return goal;
}

Result<std::size_t> count_resources(const Context& context, const directory::Dn& base,
                                    std::string_view object_class, Deadline deadline) {
  using directory::Filter;
  std::size_t count = 0;
  auto done = context.directory.search(
      {base,
       directory::Scope::Subtree,
       Filter::all_of({Filter::equal("objectClass", object_class),
                       Filter::equal("dirbridgeConnection", context.rules.connection)}),
       {"1.1"},
       page_size},
      deadline, [&](directory::Entry&&) {
        ++count;
        return true;
      });
  if (!done) return done.error();
  return count;
}

}  // namespace dirbridge::provision
