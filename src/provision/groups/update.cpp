#include "provision/groups/update.hpp"

#include "base/uuid.hpp"
#include "mapping/user_state.hpp"
#include "provision/groups/change.hpp"

namespace dirbridge::provision {

Result<sync::EntryGoal> goal_of_request(const Context& context, const mapping::Record& record,
                                        const json::object& content, const mapping::MemberDelta& delta,
                                        const directory::Entry& entry, Extent extent,
                                        const std::string& reason, Deadline deadline) {
  if (extent == Extent::MembersAlone) return mapping::members_goal(context.rules, delta, entry, reason);
  const auto name = text_of(content, "displayName");
  if (name != text_of(record.content, "displayName")) {
    // Where an entry keeps its name, the directory does not see that two have the same.
    auto others = namesakes(context, name, deadline);
    if (!others) return others.error();
    for (const auto& other : others->groups)
      if (!mapping::is_deleted(other.attributes) && !(other.dn == entry.dn)) return display_name_in_use();
    const bool follows = context.rules.group_options.on_rename == mapping::GroupOptions::OnRename::Follow;
    if (follows && others->holder && !(others->holder->dn == entry.dn))
      return group_name_taken(context, name, *others->holder);
  }
  return goal_of_group(context, record.id, content, delta, entry, reason, deadline);
}

Result<Changed> GroupUpdate::run(std::string_view id, const Precondition& precondition, Reads reads,
                                 const Edit& edit, RemovedMembers* removed, Deadline deadline) {
  if (!is_uuid(id)) return no_such_id(id);
  ResourceEdit wish;
  if (reads.after)
    wish.read_back = reader_.attributes(Members::Load);
  else if (mapping::maps_groups(context_.rules))
    wish.read_back.emplace_back(mapping::mapped_as_attribute);
  const auto& shape = context_.rules.group_shape;
  wish.unread = {shape.member_attribute};
  wish.probes = {{shape.member_attribute, shape.placeholder.str()}};
  wish.precondition = precondition;
  wish.edit = edit;
  if (removed) wish.landed = [removed](const directory::Dn& dn) { removed->landed(dn); };
  const bool large = reads.before == Members::Leave && !reads.after && reader_.counts().has_many(id);
  const bool knowable = large && precondition.empty() && !mapping::maps_groups(context_.rules);
  if (knowable) {
    wish.believed = known_.take(id);
    wish.read_back = attributes_;
  }
  auto changed = change_group(context_, id, std::move(wish), reader_.attributes(reads.before), deadline);
  if (changed && knowable)
    known_.keep(id, {.entry = changed->entry,
                     .unread = {shape.member_attribute},
                     .absent = changed->absent,
                     .referrers = {}});
  if (changed) tell_kept_name(context_, *changed);
  if (!changed && changed.error().kind == ErrorKind::Uniqueness && changed.error().field != "displayName")
    return display_name_in_use();
  return changed;
}

}  // namespace dirbridge::provision
