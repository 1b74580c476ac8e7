#include "mapping/group_entry.hpp"

#include "directory/vocabulary.hpp"
#include "mapping/content.hpp"
#include "mapping/extension_entry.hpp"
#include "mapping/naming.hpp"
#include "mapping/user_state.hpp"

namespace dirbridge::mapping {

namespace {

constexpr const char* record_name = attr::display_name;
constexpr const char* version_attribute = attr::mark;  // of the mapping by which the group is known

void append_members(sync::EntryGoal& goal, const Rules& rules, const MemberDelta& members, bool is_new) {
  const auto& name = rules.group_shape.member_attribute;
  const auto& placeholder = rules.group_shape.placeholder.str();
  if (is_new && members.add.empty()) {
    if (!is_record(rules, goal.dn)) goal.attributes.push_back(sync::including(name, {placeholder}));
    return;
  }
  std::vector<std::string> leaving = members.remove;
  if (!members.add.empty()) {
    goal.attributes.push_back(sync::including(name, members.add));
    leaving.push_back(placeholder);
  }
  if (!leaving.empty()) goal.attributes.push_back(sync::excluding(name, std::move(leaving)));
}

void append_waiting(sync::EntryGoal& goal, const MemberDelta& members) {
  if (!members.hold.empty()) goal.attributes.push_back(sync::including(attr::held_member, members.hold));
  if (!members.release.empty())
    goal.attributes.push_back(sync::excluding(attr::held_member, members.release));
  if (!members.pending.empty())
    goal.attributes.push_back(sync::including(attr::pending_member, members.pending));
  if (!members.pending_remove.empty())
    goal.attributes.push_back(sync::excluding(attr::pending_member, members.pending_remove));
}

GroupPlace place_of(const Rules& rules) {
  return {rules.group_base, rules.protected_entries};
}

// An entry that readers see. Its name stays when the group is renamed, unless it has to follow.
void append_entry(sync::EntryGoal& goal, const Rules& rules, const json::object& content) {
  goal.attributes.push_back(sync::including("objectClass", {"top", "groupOfNames", object_class::group}));
  goal.attributes.push_back(sync::exactly("cn", {goal.dn.rdn().value()}));
  for (auto& wish : extension_goals(rules.group_attributes, content))
    goal.attributes.push_back(std::move(wish));
}

std::vector<std::string> value_or_none(std::string value) {
  std::vector<std::string> out;
  if (!value.empty()) out.push_back(std::move(value));
  return out;
}

bool has_name(const std::optional<directory::Entry>& current, std::string_view name) {
  return current && recorded_name(*current) == name;
}

// A name that is not touched keeps its directory groups when today's rules make none of it.
Result<> append_record(sync::EntryGoal& goal, const Rules& rules, std::string_view name,
                       const std::optional<directory::Entry>& current) {
  auto mapped = map_group(rules, name, current);
  if (!mapped && !has_name(current, name)) return mapped.error();
  goal.attributes.push_back(
      sync::including("objectClass", {"top", object_class::record, object_class::group}));
  if (!mapped) return {};
  std::vector<std::string> targets;
  for (const auto& target : mapped->targets.groups) targets.push_back(target.str());
  goal.attributes.push_back(sync::exactly(attr::target, std::move(targets)));
  goal.attributes.push_back(sync::exactly("cn", value_or_none(std::move(mapped->kept))));
  const bool keeps = !mapped->mapped_as.empty();
  if (keeps && current && current->attributes.first(record_name) != name)
    goal.reason += ": it keeps the directory groups that the mapping has for " + mapped->mapped_as;
  goal.attributes.push_back(
      sync::exactly(version_attribute, value_or_none(keeps ? mapping_version(rules.group_options) : "")));
  goal.attributes.push_back(sync::exactly(mapped_as_attribute, value_or_none(std::move(mapped->mapped_as))));
  return {};
}

directory::Dn entry_place(const Rules& rules, const std::optional<directory::Entry>& current,
                          std::string_view name) {
  const bool stays = rules.group_options.on_rename == GroupOptions::OnRename::Keep;
  if (current && stays) return current->dn;
  return place(current, rules.group_base, "cn", name);
}

// The name by which the mapping has known the group so far; empty: by its own. It counts while the mapping is
// as it was, and for a name that the mapping does not have also afterwards.
std::string_view name_so_far(const GroupOptions& options, std::string_view name,
                             const directory::Attributes& record, std::string_view before) {
  const auto remembered = mapping_name(options, record.first(mapped_as_attribute));
  if (!remembered.empty()) {
    const bool changed = record.first(version_attribute) != mapping_version(options);
    return changed && !mapping_name(options, name).empty() ? std::string_view() : remembered;
  }
  return mapping_name(options, before);
}

// A name that the group has already is asked nothing.
Result<> check_new_name(const Rules& rules, const sync::EntryGoal& goal,
                        const std::optional<directory::Entry>& current, std::string_view name) {
  if (!has_name(current, name))
    if (auto usable = check_name(name, "displayName"); !usable) return usable;
  if (current && current->dn == goal.dn) return {};
  if (auto fits = check_length(goal.dn.rdn(), "displayName"); !fits) return fits;
  if (is_record(rules, goal.dn)) return {};
  return check_fits(rules.group_limits, goal.dn.rdn().value(), "displayName");
}

}  // namespace

const std::vector<std::string>& group_attributes() {
  static const std::vector<std::string> names = [] {
    auto all = record_attributes();
    for (const auto* name :
         {"objectClass", "cn", attr::external_id, attr::display_name, attr::pending_member, attr::alias,
          attr::target, attr::deleted, attr::held, attr::held_member, version_attribute, mapped_as_attribute})
      all.emplace_back(name);
    return all;
  }();
  return names;
}

std::string recorded_name(const directory::Entry& group) {
  const auto record = read_record(group);
  return std::string(record ? text_at(record->content, "displayName") : group.attributes.first(record_name));
}

std::vector<std::string> with_members(const Rules& rules, std::vector<std::string> attributes) {
  attributes.push_back(rules.group_shape.member_attribute);
  return attributes;
}

directory::Dn group_home(const Rules& rules, std::string_view display_name) {
  return maps_groups(rules) ? place(std::nullopt, records_dn(rules), record_name, display_name)
                            : place(std::nullopt, rules.group_base, "cn", display_name);
}

Result<Mapped> map_group(const Rules& rules, std::string_view display_name,
                         const std::optional<directory::Entry>& current) {
  Mapped out;
  const auto& options = rules.group_options;
  const auto before = current ? recorded_name(*current) : std::string();
  const bool keeps = options.on_rename == GroupOptions::OnRename::Keep && !before.empty();
  const auto so_far =
      keeps ? name_so_far(options, display_name, current->attributes, before) : std::string_view();
  if (!so_far.empty() && so_far != mapping_name(options, display_name)) {
    auto targets = targets_of(options, place_of(rules), so_far);
    if (!targets) return targets.error();
    return Mapped{std::move(*targets), {}, std::string(so_far)};
  }
  if (keeps) {
    out.kept = current->attributes.first("cn");
    if (out.kept.empty() && before != display_name) {
      auto earlier = targets_of(options, place_of(rules), before);
      if (earlier && earlier->on_the_fly && !earlier->groups.empty())
        out.kept = earlier->groups.front().rdn().value();
    }
  }
  auto targets = targets_of(options, place_of(rules), display_name, out.kept);
  if (!targets) return targets.error();
  out.targets = std::move(*targets);
  if (!out.targets.on_the_fly) out.kept.clear();
  if (!out.kept.empty())
    if (auto own = on_the_fly_name(options, display_name); own && *own == out.kept) out.kept.clear();
  return out;
}

Result<sync::EntryGoal> group_goal(const Rules& rules, std::string_view id, const json::object& content,
                                   const MemberDelta& members, const std::optional<directory::Entry>& current,
                                   std::string reason) {
  const std::string name(text_at(content, "displayName"));
  sync::EntryGoal goal;
  const bool source = current ? is_record(rules, current->dn) : maps_groups(rules);
  goal.dn = source ? place(current, records_dn(rules), record_name, name) : entry_place(rules, current, name);
  if (auto usable = check_new_name(rules, goal, current, name); !usable) {
    if (!has_name(current, name)) return usable.error();
    goal.dn = current->dn;
  }
  goal.reason = std::move(reason);
  auto record = record_goals(id, rules.connection, content);
  if (!record) return record.error();
  goal.attributes = std::move(*record);
  goal.attributes.push_back(sync::exactly(attr::deleted, {}));
  goal.attributes.push_back(sync::exactly(attr::held, {}));
  if (!source) append_entry(goal, rules, content);
  if (source)
    if (auto done = append_record(goal, rules, name, current); !done) return done.error();
  append_members(goal, rules, members, !current);
  append_waiting(goal, members);
  return goal;
}

sync::EntryGoal members_goal(const Rules& rules, const MemberDelta& members, const directory::Entry& current,
                             std::string reason) {
  sync::EntryGoal goal;
  goal.dn = current.dn;
  goal.reason = std::move(reason);
  append_members(goal, rules, members, false);
  append_waiting(goal, members);
  return goal;
}

sync::EntryGoal released_group_goal(const directory::Entry& current, std::string reason) {
  sync::EntryGoal goal;
  goal.dn = current.dn;
  goal.reason = std::move(reason);
  for (const auto& name : directory::own_attributes_of(directory::OfGroup))
    goal.attributes.push_back(sync::exactly(name, {}));
  goal.attributes.push_back(sync::excluding("objectClass", {object_class::group}));
  return goal;
}

}  // namespace dirbridge::mapping
