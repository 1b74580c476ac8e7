#include <algorithm>

#include "mapping/group_entry.hpp"
#include "mapping/user_state.hpp"
#include "provision/doors/resources.hpp"
#include "provision/grants/lost_targets.hpp"
#include "provision/grants/removed_members.hpp"
#include "provision/groups/change.hpp"
#include "provision/groups/converge.hpp"
#include "provision/groups/creation.hpp"
#include "provision/groups/known.hpp"
#include "provision/groups/leaving_members.hpp"
#include "provision/groups/patch_keys.hpp"
#include "provision/groups/reader.hpp"
#include "provision/groups/removal.hpp"
#include "provision/groups/undo_group.hpp"
#include "provision/members/batches.hpp"
#include "provision/members/delta.hpp"
#include "provision/members/waiting.hpp"
#include "provision/refusal.hpp"
#include "provision/store/stored.hpp"
#include "scim/replace.hpp"

namespace dirbridge::provision {

namespace {

class Groups final : public Resources {
 public:
  explicit Groups(const Context& context)
      : context_(context),
        type_(context.catalog.group),
        reader_(context),
        creation_(context_, reader_),
        attributes_(reader_.attributes(Members::Leave)) {}

  const scim::ResourceType& type() const override { return type_; }

  Result<json::object> create(json::value body, Deadline deadline) override {
    Before before;
    return creation_.run(std::move(body), before, deadline);
  }

  Result<Created> create_undoably(json::value body, Deadline deadline) override {
    Before before;
    auto made = creation_.run(std::move(body), before, deadline);
    if (!made) return made.error();
    return undoable(context_, std::move(*made), std::move(before), undo_group);
  }

  Result<json::object> find(std::string_view id, Members members, Deadline deadline) override {
    return reader_.find(id, members, deadline);
  }

  Result<Opened> open(std::string_view id, Members members, Deadline deadline) override {
    return reader_.open(id, members, deadline);
  }

  Result<Opened> replace(std::string_view id, json::value body, const Precondition& precondition,
                         Deadline deadline) override {
    auto read = scim::read_possible(type_, std::move(body), scim::ReadMode::Request);
    if (!read) return read.error();
    // Members leave, whatever else cannot be read; who says nothing of them ends nothing by mistake.
    std::optional<Error> refused;
    if (!read->refused.empty()) refused = read->refused.front();
    if (refused && !scim::names(*read, "members")) return *refused;
    const bool members_stay =
        context_.put_omitted == scim::PutOmitted::Keep && !scim::names(*read, "members");
    const auto ids = take_member_ids(read->resource);
    if (!ids) return ids.error();
    const auto present = reader_.members_now(id, *ids, deadline);
    if (!present) return present.error();
    auto keys = keys_of_group_name(context_, text_of(read->resource, "displayName"));
    if (!keys) return keys.error();
    keys->exclusive.push_back(id_key(id));
    const auto held = lock_and_resolve_others(context_, *keys, *ids, *present, deadline);
    if (!held) return held.error();
    RemovedMembers removed(context_, id);
    std::optional<Error> not_added;
    bool only_leaving = false;
    bool leaves = true;
    const auto edit = [&](const mapping::Record& record,
                          const directory::Entry& entry) -> Result<sync::EntryGoal> {
      auto content = refused ? Result<json::object>(record.content)
                             : scim::replace(type_, *read, record.content, context_.put_omitted);
      if (!content) return content.error();
      auto delta = members_stay ? Result<mapping::MemberDelta>(mapping::MemberDelta())
                                : delta_to(context_, held->members, entry, deadline);
      if (!delta) return delta.error();
      if (only_leaving || (refused && !not_added && !takes_away(*delta))) leaves = only_leaves(*delta);
      if (auto done = removed.hold_back(entry, *delta, deadline); !done) return done.error();
      respect_held(entry, *delta);
      auto goal = goal_of(record, *content, *delta, entry, refused ? Extent::MembersAlone : Extent::All,
                          "PUT /Groups", deadline);
      if (goal && !members_stay) goal->only_if = still_as_read(entry);
      return goal;
    };
    const Reads reads{members_stay ? Members::Leave : Members::Load, false};
    auto changed = update(id, precondition, reads, edit, deadline, &removed);
    if (!changed && !refused && !members_stay && concerns_content(changed.error().kind)) {
      refused = changed.error();
      changed = update(id, precondition, reads, edit, deadline, &removed);
    }
    if (!changed && refused && concerns_content(changed.error().kind)) {
      not_added = changed.error();
      only_leaving = true;
      changed = update(id, precondition, reads, edit, deadline, &removed);
      only_leaving = false;
      if (auto come = update_again(changed && leaves, id, reads, edit, deadline)) {
        changed = std::move(*come);
        not_added.reset();
      }
    }
    if (!changed) return refused ? the_one_to_tell(*refused, changed.error()) : changed.error();
    if (!leaves) return *refused;  // what an interrupted try owed is done by now
    if (refused) tell_left(changed->after.dn, *refused, not_added);
    return open(id, Members::Load, deadline);
  }

  Result<Patched> patch(std::string_view id, json::value body, const Precondition& precondition,
                        Members members, Deadline deadline) override {
    auto read = scim::read_patch(type_, std::move(body));
    if (!read) return read.error();
    // Members leave, whatever is asked for beside it and whatever today's rules say of the group (design rule
    // 15); who comes with them comes, where that can be done.
    const auto of_members = on_members(read->operations);
    const auto leaving = removals_among(of_members);
    if (!read->refused.empty() && leaving.empty()) return read->refused.front();
    auto done = read->refused.empty()
                    ? patch(id, std::move(read->operations), Extent::All, precondition, members, deadline)
                    : Result<PatchedAt>(read->refused.front());
    if (done) return std::move(done->group);
    if (leaving.empty() || !concerns_content(done.error().kind)) return done.error();
    auto left = patch(id, of_members, Extent::MembersAlone, precondition, members, deadline);
    std::optional<Error> not_added;
    if (!left && concerns_content(left.error().kind)) {
      not_added = left.error();
      left = patch(id, leaving, Extent::MembersAlone, precondition, members, deadline);
      auto come = left ? patch(id, of_members, Extent::MembersAlone, {}, members, deadline) : left;
      if (come) {
        left = std::move(come);
        not_added.reset();
      }
    }
    if (!left) return the_one_to_tell(done.error(), left.error());
    tell_left(left->home, done.error(), not_added);
    return std::move(left->group);
  }

  // What of a request is done.
  enum class Extent { All, MembersAlone };

  struct PatchedAt {
    Patched group;
    directory::Dn home;
  };

  Result<PatchedAt> patch(std::string_view id, std::vector<scim::PatchOperation> operations, Extent extent,
                          const Precondition& precondition, Members members, Deadline deadline) {
    auto parts = scim::split_members(std::move(operations));
    if (!parts) return parts.error();
    // Members alone, by name, neither rename nor touch the record nor depend on who is there: such PATCHes of
    // one group may run side by side.
    Keys keys;
    const bool load = parts->needs_members || parts->members.replace_all;
    const bool side_by_side =
        parts->attributes.empty() && precondition.empty() && !load && extent == Extent::All;
    (side_by_side ? keys.shared : keys.exclusive).push_back(id_key(id));
    if (scim::touches(parts->attributes, "displayName")) keys.exclusive.emplace_back(renames);
    add_external_id_keys(keys.exclusive, parts->attributes);
    auto ids = parts->members.add;
    ids.insert(ids.end(), parts->members.remove.begin(), parts->members.remove.end());
    const auto held = lock_and_resolve(context_, keys, ids, deadline);
    if (!held) return held.error();
    const auto middle = held->members.begin() + static_cast<std::ptrdiff_t>(parts->members.add.size());
    MemberWish wish{{held->members.begin(), middle}, {middle, held->members.end()}};
    RemovedMembers removed(context_, id);
    if (!load)
      if (auto done = removed.hold_back(wish, deadline); !done) return done.error();
    const auto apply = [&](const MemberWish& all, Deadline until) {
      const bool show_few = members == Members::LoadFew && !reader_.counts().has_many(id);
      const auto edit = [&](const mapping::Record& record, const directory::Entry& entry) {
        return parts->needs_members ? goal_from_all(record, entry, *parts, extent, removed, until)
                                    : goal_from_delta(record, entry, *parts, extent, all, removed, until);
      };
      auto done =
          update(id, precondition, {load ? Members::Load : Members::Leave, show_few}, edit, until, &removed);
      if (done && show_few) reader_.leave_many(*done);
      return done;
    };
    auto changed = side_by_side ? batches_.run(id, wish, deadline, apply) : apply(wish, deadline);
    if (!changed) return changed.error();
    removed.landed(changed->after.dn);
    if (changed->written && !parts->needs_members) reader_.counts().changed(id, parts->members);
    auto home = changed->after.dn;
    if (members == Members::Leave || (members == Members::LoadFew && reader_.counts().has_many(id)))
      return PatchedAt{{reader_.shown(std::move(changed->after)), false}, std::move(home)};
    const bool read = changed->entry.attributes.find(context_.rules.group_shape.member_attribute) != nullptr;
    const auto wanted = members == Members::LoadNamed ? Members::LoadNamed : Members::Load;
    auto whole = read ? reader_.shown(changed->entry, wanted, deadline) : find(id, wanted, deadline);
    if (!whole) return whole.error();
    return PatchedAt{{std::move(*whole), true}, std::move(home)};
  }

  Result<> remove(std::string_view id, const Precondition& precondition, Deadline deadline) override {
    if (!is_uuid(id)) return no_such_id(id);
    auto held = context_.locks.acquire({{id_key(id)}, {}}, deadline);
    if (!held) return held.error();
    return remove_group(context_, id, precondition, deadline);
  }

  Result<> approve(std::string_view id, Deadline deadline) override {
    return decide(id, sync::Decision::Approved, deadline);
  }
  Result<> reject(std::string_view id, Deadline deadline) override {
    return decide(id, sync::Decision::Rejected, deadline);
  }

  Result<bool> converge(std::string_view id, Deadline deadline) override {
    if (!is_uuid(id)) return no_such_id(id);
    auto held = context_.locks.acquire({{id_key(id), renames}, {}}, deadline);
    if (!held) return held.error();
    return converge_group(context_, id, attributes_, deadline);
  }

  Result<Selected> select(const Query& query, Age age, Deadline deadline) override {
    return reader_.select(query, age, deadline);
  }

  Result<std::vector<json::object>> load(std::span<const UuidBytes> ids, Selected& selected, Members members,
                                         Deadline deadline) override {
    return reader_.load(ids, selected, members, deadline);
  }

 private:
  // Only what was read is decided on: a change meanwhile is an error, and the next look shows it.
  Result<> decide(std::string_view id, sync::Decision decision, Deadline deadline) {
    auto locked = context_.locks.acquire({{id_key(id)}, {}}, deadline);
    if (!locked) return locked.error();
    auto deletion = decide_on_group(context_, id, decision, deadline);
    if (deletion || deletion.error().kind != ErrorKind::NotFound) return deletion;
    auto lost = is_uuid(id) ? decide_on_lost(context_, id, decision, deadline) : nothing_waits(id);
    if (lost || lost.error().kind != ErrorKind::NotFound) return lost;
    auto entry = find_entry(context_, type_, id, attributes_, deadline);
    if (!entry) return entry.error();
    auto record = mapping::read_record(*entry);
    if (!record) return record.error();
    const auto waiting = entry->attributes.take("dirbridgeHeldMember");
    if (waiting.empty()) return nothing_waits(id);
    const auto edit = [&](const mapping::Record&, const directory::Entry& now) -> Result<sync::EntryGoal> {
      return decided_goal(context_, decision, now.dn, waiting);
    };
    auto changed = update(id, {record->version, {}}, {}, edit, deadline);
    if (!changed) return changed.error();
    if (context_.removals)
      context_.removals->decided(decision, sync::Removal::MemberRemoval, changed->after.dn, waiting, {});
    return {};
  }

  // What an update reads of the members: before the change, and with its answer.
  struct Reads {
    Members before = Members::Leave;
    bool after = false;
  };

  Result<sync::EntryGoal> goal_from_delta(const mapping::Record& record, const directory::Entry& entry,
                                          const scim::GroupPatch& parts, Extent extent,
                                          const MemberWish& wish, RemovedMembers& removed,
                                          Deadline deadline) const {
    auto content = new_content(record, record.content, parts);
    if (!content) return content.error();
    auto delta = parts.members.replace_all ? delta_to(context_, wish.add, entry, deadline)
                                           : Result<mapping::MemberDelta>(delta_of(wish.add, wish.remove));
    if (!delta) return delta.error();
    for (const auto& named : wish.hold)
      for (auto& name : names_of(*named.member)) delta->hold.push_back(std::move(name));
    if (parts.members.replace_all)
      if (auto done = removed.hold_back(entry, *delta, deadline); !done) return done.error();
    respect_held(entry, *delta);
    auto goal = goal_of(record, *content, *delta, entry, extent, "PATCH /Groups", deadline);
    if (goal && parts.members.replace_all) goal->only_if = still_as_read(entry);
    return goal;
  }

  // The operations depend on who is a member now: the whole group is patched in memory, the difference is
  // written.
  Result<sync::EntryGoal> goal_from_all(const mapping::Record& record, const directory::Entry& entry,
                                        const scim::GroupPatch& parts, Extent extent, RemovedMembers& removed,
                                        Deadline deadline) const {
    auto members = members_of(context_, entry, deadline);
    if (!members) return members.error();
    auto before = record.content;
    before["members"] = std::move(*members);
    auto content = new_content(record, std::move(before), parts);
    if (!content) return content.error();
    const auto ids = take_member_ids(*content);
    if (!ids) return ids.error();
    auto wanted = resolve(context_, *ids, deadline);
    if (!wanted) return wanted.error();
    auto delta = delta_to(context_, *wanted, entry, deadline);
    if (!delta) return delta.error();
    if (auto done = removed.hold_back(entry, *delta, deadline); !done) return done.error();
    respect_held(entry, *delta);
    auto goal = goal_of(record, *content, *delta, entry, extent, "PATCH /Groups", deadline);
    if (goal) goal->only_if = still_as_read(entry);
    return goal;
  }

  Result<json::object> new_content(const mapping::Record& record, json::object content,
                                   const scim::GroupPatch& parts) const {
    if (parts.attributes.empty()) return content;
    return patched(context_, type_, record.id, std::move(content), parts.attributes);
  }

  Result<sync::EntryGoal> goal_of(const mapping::Record& record, const json::object& content,
                                  const mapping::MemberDelta& delta, const directory::Entry& entry,
                                  Extent extent, const std::string& reason, Deadline deadline) const {
    if (extent == Extent::MembersAlone) return mapping::members_goal(context_.rules, delta, entry, reason);
    const auto name = text_of(content, "displayName");
    if (name != text_of(record.content, "displayName")) {
      // Where an entry keeps its name, the directory does not see that two have the same.
      auto others = namesakes(context_, name, deadline);
      if (!others) return others.error();
      for (const auto& other : others->groups)
        if (!mapping::is_deleted(other.attributes) && !(other.dn == entry.dn)) return display_name_in_use();
      const bool follows = context_.rules.group_options.on_rename == mapping::GroupOptions::OnRename::Follow;
      if (follows && others->holder && !(others->holder->dn == entry.dn))
        return group_name_taken(context_, name, *others->holder);
    }
    return goal_of_group(context_, record.id, content, delta, entry, reason, deadline);
  }

  // The caller holds the group's key. `removed`: whom the edit takes out; null: nobody.
  Result<Changed> update(std::string_view id, const Precondition& precondition, Reads reads, const Edit& edit,
                         Deadline deadline, RemovedMembers* removed = nullptr) {
    if (!is_uuid(id)) return no_such_id(id);
    Change wish;
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

  // Who was to come is tried once more, now that the others have left; nothing: that is not so, or it failed.
  std::optional<Changed> update_again(bool left, std::string_view id, Reads reads, const Edit& edit,
                                      Deadline deadline) {
    if (!left) return std::nullopt;
    auto come = update(id, {}, reads, edit, deadline);
    return come ? std::optional(std::move(*come)) : std::nullopt;
  }

  void tell_left(const directory::Dn& home, const Error& refused,
                 const std::optional<Error>& not_added) const {
    context_.reconciler.left(home, field_of(refused), refused.detail);
    if (not_added) context_.reconciler.left(home, "members", not_added->detail);
  }

  Context context_;
  const scim::ResourceType& type_;
  GroupReader reader_;
  const GroupCreation creation_;
  const std::vector<std::string> attributes_;  // to read of an entry that is changed, without members
  KnownGroups known_;
  MemberBatches batches_;
};

}  // namespace

std::unique_ptr<Resources> make_groups(const Context& context) {
  return std::make_unique<Groups>(context);
}

}  // namespace dirbridge::provision
