#include "provision/groups/patch.hpp"

#include "provision/groups/at_least_leaving.hpp"
#include "provision/groups/patch_keys.hpp"
#include "provision/members/delta.hpp"
#include "provision/members/waiting.hpp"

namespace dirbridge::provision {

namespace {

// One PATCH, and how it is planned.
struct Plan {
  const Context& context;
  const scim::GroupPatch& parts;
  Extent extent;
  RemovedMembers& removed;
};

Result<json::object> new_content(const Plan& plan, const mapping::Record& record, json::object content) {
  if (plan.parts.attributes.empty()) return content;
  auto result =
      patched(plan.context, plan.context.catalog.group, record.id, std::move(content), plan.parts.attributes);
  if (!result) return result.error();
  return std::move(result->resource);
}

Result<sync::EntryGoal> goal_of(const Plan& plan, const mapping::Record& record, const json::object& content,
                                const mapping::MemberDelta& delta, const directory::Entry& entry,
                                Deadline deadline) {
  return goal_of_request(plan.context, record, content, delta, entry, plan.extent,
                         plan.context.mandate.reason_or("PATCH /Groups"), deadline);
}

Result<sync::EntryGoal> goal_from_delta(const Plan& plan, const mapping::Record& record,
                                        const directory::Entry& entry, const MemberWish& wish,
                                        Deadline deadline) {
  const bool whole = plan.parts.members.replace_all;
  auto content = new_content(plan, record, record.content);
  if (!content) return content.error();
  auto delta = whole ? delta_to(plan.context, wish.add, entry, deadline)
                     : Result<mapping::MemberDelta>(delta_of(wish.add, wish.remove));
  if (!delta) return delta.error();
  for (const auto& named : wish.hold)
    for (auto& name : names_of(*named.member)) delta->hold.push_back(std::move(name));
  if (whole)
    if (auto done = plan.removed.hold_back(entry, *delta, deadline); !done) return done.error();
  respect_held(entry, *delta);
  auto goal = goal_of(plan, record, *content, *delta, entry, deadline);
  if (goal && whole) goal->only_if = still_as_read(entry);
  return goal;
}

// The operations depend on who is a member now: the whole group is patched in memory, the difference is
// written.
Result<sync::EntryGoal> goal_from_all(const Plan& plan, const mapping::Record& record,
                                      const directory::Entry& entry, Deadline deadline) {
  auto members = members_of(plan.context, entry, deadline);
  if (!members) return members.error();
  auto before = record.content;
  before["members"] = std::move(*members);
  auto content = new_content(plan, record, std::move(before));
  if (!content) return content.error();
  const auto ids = take_member_ids(*content);
  if (!ids) return ids.error();
  auto wanted = resolve(plan.context, *ids, deadline);
  if (!wanted) return wanted.error();
  auto delta = delta_to(plan.context, *wanted, entry, deadline);
  if (!delta) return delta.error();
  if (auto done = plan.removed.hold_back(entry, *delta, deadline); !done) return done.error();
  respect_held(entry, *delta);
  auto goal = goal_of(plan, record, *content, *delta, entry, deadline);
  if (goal) goal->only_if = still_as_read(entry);
  return goal;
}

// Members alone, by name, neither rename nor touch the record nor depend on who is there.
bool is_of_members_by_name(const scim::GroupPatch& parts) {
  return parts.attributes.empty() && !parts.needs_members && !parts.members.replace_all;
}

Keys keys_of(std::string_view id, const scim::GroupPatch& parts, bool side_by_side) {
  Keys keys;
  (side_by_side ? keys.shared : keys.exclusive).push_back(id_key(id));
  if (scim::touches(parts.attributes, "displayName")) keys.exclusive.emplace_back(renames);
  add_external_id_keys(keys.exclusive, parts.attributes);
  return keys;
}

MemberWish wish_of(const LockedMembers& locked, std::size_t added) {
  const auto middle = locked.members.begin() + static_cast<std::ptrdiff_t>(added);
  return {{locked.members.begin(), middle}, {middle, locked.members.end()}};
}

}  // namespace

Result<Patched> GroupPatching::run(std::string_view id, json::value body, const Precondition& precondition,
                                   Members members, Deadline deadline) {
  auto read = scim::read_patch(context_.catalog.group, std::move(body));
  if (!read) return read.error();
  const auto of_members = on_members(read->operations);
  const auto leaving = removals_among(of_members);
  if (!read->refused.empty() && leaving.empty()) return read->refused.front();
  GroupRequest<PatchedAt> request;
  if (!read->refused.empty()) request.unreadable = read->refused.front();
  request.names_members = !leaving.empty();
  request.run = [&](Share share) {
    if (share == Share::All)
      return patch(id, std::move(read->operations), Extent::All, precondition, members, deadline);
    const bool again = share == Share::MembersAgain;
    return patch(id, share == Share::Leavers ? leaving : of_members, Extent::MembersAlone,
                 again ? Precondition() : precondition, members, deadline);
  };
  request.home = [](const PatchedAt& done) { return done.home; };
  auto done = run_at_least_leaving(context_, request);
  if (!done) return done.error();
  return std::move(done->group);
}

Result<GroupPatching::PatchedAt> GroupPatching::patch(std::string_view id, Operations operations,
                                                      Extent extent, const Precondition& precondition,
                                                      Members members, Deadline deadline) {
  auto parts = scim::split_members(std::move(operations));
  if (!parts) return parts.error();
  const bool load = parts->needs_members || parts->members.replace_all;
  const bool side_by_side = is_of_members_by_name(*parts) && precondition.empty() && extent == Extent::All;
  auto ids = parts->members.add;
  ids.insert(ids.end(), parts->members.remove.begin(), parts->members.remove.end());
  const auto lease = lock_and_resolve(context_, keys_of(id, *parts, side_by_side), ids, deadline);
  if (!lease) return lease.error();
  auto wish = wish_of(*lease, parts->members.add.size());
  RemovedMembers removed(context_, id);
  if (!load)
    if (auto done = removed.hold_back(wish, deadline); !done) return done.error();
  const Plan plan{context_, *parts, extent, removed};
  const auto apply = [&](const MemberWish& all, Deadline until) {
    const bool show_few = members == Members::LoadFew && !reader_.counts().has_many(id);
    const auto edit = [&](const mapping::Record& record, const directory::Entry& entry) {
      return parts->needs_members ? goal_from_all(plan, record, entry, until)
                                  : goal_from_delta(plan, record, entry, all, until);
    };
    const GroupUpdate::Reads reads{load ? Members::Load : Members::Leave, show_few};
    auto done = update_.run(id, precondition, reads, edit, &removed, until);
    if (done && show_few) reader_.leave_many(*done);
    return done;
  };
  auto changed = side_by_side ? batches_.run(id, wish, deadline, apply) : apply(wish, deadline);
  if (!changed) return changed.error();
  removed.landed(changed->after.dn);
  if (changed->written && !parts->needs_members) reader_.counts().changed(id, parts->members);
  return answer(id, std::move(*changed), members, deadline);
}

Result<GroupPatching::PatchedAt> GroupPatching::answer(std::string_view id, Changed changed, Members members,
                                                       Deadline deadline) {
  auto home = changed.after.dn;
  if (members == Members::Leave || (members == Members::LoadFew && reader_.counts().has_many(id)))
    return PatchedAt{{reader_.shown(std::move(changed.after)), false}, std::move(home)};
  const bool read = changed.entry.attributes.find(context_.rules.group_shape.member_attribute) != nullptr;
  const auto wanted = members == Members::LoadNamed ? Members::LoadNamed : Members::Load;
  auto whole = read ? reader_.shown(changed.entry, wanted, deadline) : reader_.find(id, wanted, deadline);
  if (!whole) return whole.error();
  return PatchedAt{{std::move(*whole), true}, std::move(home)};
}

}  // namespace dirbridge::provision
