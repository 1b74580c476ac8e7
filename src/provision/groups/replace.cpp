#include "provision/groups/replace.hpp"

#include "provision/groups/at_least_leaving.hpp"
#include "provision/groups/change.hpp"
#include "provision/members/delta.hpp"
#include "provision/members/waiting.hpp"
#include "scim/replace.hpp"

namespace dirbridge::provision {

Result<> replace_group(const Context& context, GroupReader& reader, GroupUpdate& update, std::string_view id,
                       json::value body, const Precondition& precondition, Deadline deadline) {
  const auto& type = context.catalog.group;
  auto read = scim::read_possible(type, std::move(body), scim::ReadMode::Request);
  if (!read) return read.error();
  // Who says nothing of members ends nothing by mistake.
  const bool readable = read->refused.empty();
  if (!readable && !scim::names(*read, "members")) return read->refused.front();
  const bool members_stay = context.put_omitted == scim::PutOmitted::Keep && !scim::names(*read, "members");
  const auto ids = take_member_ids(read->resource);
  if (!ids) return ids.error();
  const auto present = reader.members_now(id, *ids, deadline);
  if (!present) return present.error();
  auto keys = keys_of_group_name(context, text_of(read->resource, "displayName"));
  if (!keys) return keys.error();
  keys->exclusive.push_back(id_key(id));
  const auto lease = lock_and_resolve_others(context, *keys, *ids, *present, deadline);
  if (!lease) return lease.error();

  RemovedMembers removed(context, id);
  bool leaves = true;
  const auto run = [&](Share share) {
    const auto edit = [&](const mapping::Record& record,
                          const directory::Entry& entry) -> Result<sync::EntryGoal> {
      auto content = share == Share::All ? scim::replace(type, *read, record.content, context.put_omitted)
                                         : Result<json::object>(record.content);
      if (!content) return content.error();
      auto delta = members_stay ? Result<mapping::MemberDelta>(mapping::MemberDelta())
                                : delta_to(context, lease->members, entry, deadline);
      if (!delta) return delta.error();
      if (share == Share::Leavers || (share == Share::Members && !takes_away(*delta)))
        leaves = only_leaves(*delta);
      if (auto done = removed.hold_back(entry, *delta, deadline); !done) return done.error();
      respect_held(entry, *delta);
      const auto extent = share == Share::All ? Extent::All : Extent::MembersAlone;
      auto goal = goal_of_request(context, record, *content, *delta, entry, extent,
                                  context.mandate.reason_or("PUT /Groups"), deadline);
      if (goal && !members_stay) goal->only_if = still_as_read(entry);
      return goal;
    };
    const bool again = share == Share::MembersAgain;
    return update.run(id, again ? Precondition() : precondition,
                      {members_stay ? Members::Leave : Members::Load, false}, edit,
                      again ? nullptr : &removed, deadline);
  };
  GroupRequest<Changed> request;
  if (!readable) request.unreadable = read->refused.front();
  request.names_members = !members_stay;
  request.run = run;
  request.home = [](const Changed& changed) { return changed.after.dn; };
  request.anybody_leaves = [&leaves] { return leaves; };
  const auto changed = run_at_least_leaving(context, request);
  return changed ? Result<>() : Result<>(changed.error());
}

}  // namespace dirbridge::provision
