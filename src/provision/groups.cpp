#include <algorithm>
#include <unordered_set>

#include <boost/json/array.hpp>

#include "base/log.hpp"
#include "base/uuid.hpp"
#include "mapping/extension_entry.hpp"
#include "mapping/group_entry.hpp"
#include "mapping/naming.hpp"
#include "mapping/user_state.hpp"
#include "provision/arrival.hpp"
#include "provision/converge_groups.hpp"
#include "provision/group_change.hpp"
#include "provision/group_members.hpp"
#include "provision/group_move.hpp"
#include "provision/group_removal.hpp"
#include "provision/held_members.hpp"
#include "provision/homes.hpp"
#include "provision/listing.hpp"
#include "provision/member_batches.hpp"
#include "provision/member_counts.hpp"
#include "provision/member_lists.hpp"
#include "provision/pending.hpp"
#include "provision/resources.hpp"
#include "provision/stored.hpp"
#include "scim/replace.hpp"

namespace dirbridge::provision {

namespace {

std::vector<std::string> with_members(std::vector<std::string> attributes,
                                      const std::string& member_attribute) {
  attributes.push_back(member_attribute);
  return attributes;
}

class Groups final : public Resources {
 public:
  explicit Groups(const Context& context)
      : context_(context),
        type_(context.catalog.group),
        attributes_(mapping::with_extensions(mapping::group_attributes(), context.rules.group_attributes)),
        listing_({homes(context, context.catalog.group), "dirbridgeGroup", mapping::record_attributes(),
                  &context.catalog.group}) {}

  const scim::ResourceType& type() const override { return type_; }

  Result<json::object> create(json::value body, Deadline deadline) override {
    auto read = scim::read_resource(type_, std::move(body), scim::ReadMode::Request);
    if (!read) return read.error();
    const auto ids = take_member_ids(read->resource);
    if (!ids) return ids.error();
    const auto name = text_of(read->resource, "displayName");
    const auto others = namesakes(context_, name, deadline);
    if (!others) return others.error();
    auto keys = keys_of_name(name);
    if (!keys) return keys.error();
    add_external_id_key(keys->exclusive, read->resource);
    for (const auto& other : *others)
      keys->exclusive.push_back(id_key(other.attributes.first("dirbridgeId")));
    const auto held = lock_and_resolve(context_, *keys, *ids, deadline);
    if (!held) return held.error();
    Arrival arrival{
        new_uuid(context_.clock.now()), std::move(read->resource), {}, &type_, attributes_, "displayName",
        homes(context_, type_).front()};
    auto goal = mapping::group_goal(context_.rules, arrival.id, arrival.content, delta_of(held->members, {}),
                                    std::nullopt, "POST /Groups");
    if (!goal) return goal.error();
    arrival.goal = std::move(*goal);
    auto record = taken_up_or_new(*others, arrival, *ids, deadline);
    if (!record) return record.error();
    auto resource = shown(std::move(*record));
    append_members(resource, held->members);
    return resource;
  }

  Result<json::object> find(std::string_view id, Members members, Deadline deadline) override {
    auto entry = find_entry(context_, type_, id, attributes(members), deadline);
    if (!entry) return entry.error();
    return shown(*entry, members, deadline);
  }

  Result<Opened> open(std::string_view id, Members members, Deadline deadline) override {
    if (members == Members::Load && lists_.has(id)) {
      auto known = open_known(id, deadline);
      if (!known) return known.error();
      if (*known) return std::move(**known);
    }
    const auto forgotten = context_.member_ids.forgotten();
    auto entry = find_entry(context_, type_, id, attributes(members), deadline);
    if (!entry) return entry.error();
    const auto* values = entry->attributes.find(context_.rules.group_shape.member_attribute);
    if (!values || values->size() <= most_members_at_once) {
      auto whole = shown(*entry, members, deadline);
      if (!whole) return whole.error();
      return Opened{std::move(*whole)};
    }
    auto record = mapping::read_record(*entry);
    if (!record) return record.error();
    counts_.known(record->id, values->size());
    auto resource = shown(std::move(*record));
    if (members == Members::LoadNamed)
      return Opened{std::move(resource), stream_named(context_, std::move(*entry))};
    ListState state{std::string(id), std::string(entry->attributes.first("entryCSN")), forgotten};
    auto keep = [this, state = std::move(state)](MemberList list) { lists_.keep(state, std::move(list)); };
    return Opened{std::move(resource), stream_ids(context_, std::move(*entry), std::move(keep))};
  }

  Result<Opened> replace(std::string_view id, json::value body, const Precondition& precondition,
                         Deadline deadline) override {
    auto read = scim::read_resource(type_, std::move(body), scim::ReadMode::Request);
    if (!read) return read.error();
    const bool members_stay =
        context_.put_omitted == scim::PutOmitted::Keep && !scim::names(*read, "members");
    const auto ids = take_member_ids(read->resource);
    if (!ids) return ids.error();
    const auto present = members_now(id, *ids, deadline);
    if (!present) return present.error();
    auto keys = keys_of_name(text_of(read->resource, "displayName"));
    if (!keys) return keys.error();
    keys->exclusive.push_back(id_key(id));
    const auto held = lock_and_resolve_others(context_, *keys, *ids, *present, deadline);
    if (!held) return held.error();
    RemovedMembers removed(context_, id);
    const auto edit = [&](const mapping::Record& record,
                          const directory::Entry& entry) -> Result<sync::EntryGoal> {
      auto content = scim::replace(type_, *read, record.content, context_.put_omitted);
      if (!content) return content.error();
      auto delta = members_stay ? Result<mapping::MemberDelta>(mapping::MemberDelta())
                                : delta_to(context_, held->members, entry, deadline);
      if (!delta) return delta.error();
      if (auto done = removed.hold_back(entry, *delta); !done) return done.error();
      respect_held(entry, *delta);
      return goal_of(record, *content, *delta, entry, "PUT /Groups", deadline);
    };
    auto changed =
        update(id, precondition, {members_stay ? Members::Leave : Members::Load, false}, edit, deadline);
    if (!changed) return changed.error();
    removed.landed(changed->after.dn);
    return open(id, Members::Load, deadline);
  }

  Result<Patched> patch(std::string_view id, json::value body, const Precondition& precondition,
                        Members members, Deadline deadline) override {
    auto operations = scim::parse_patch(type_, std::move(body));
    if (!operations) return operations.error();
    auto parts = scim::split_members(std::move(*operations));
    if (!parts) return parts.error();
    // Members alone, by name, neither rename nor touch the record nor depend on who is there: such PATCHes of
    // one group may run side by side.
    Keys keys;
    const bool load = parts->needs_members || parts->members.replace_all;
    const bool side_by_side = parts->attributes.empty() && precondition.empty() && !load;
    (side_by_side ? keys.shared : keys.exclusive).push_back(id_key(id));
    if (scim::touches(parts->attributes, "displayName")) keys.exclusive.emplace_back(renames);
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
      const bool show_few = members == Members::LoadFew && !counts_.has_many(id);
      const auto edit = [&](const mapping::Record& record, const directory::Entry& entry) {
        return parts->needs_members ? goal_from_all(record, entry, *parts, removed, until)
                                    : goal_from_delta(record, entry, *parts, all, removed, until);
      };
      auto done = update(id, precondition, {load ? Members::Load : Members::Leave, show_few}, edit, until);
      if (done && show_few) leave_many(*done);
      return done;
    };
    auto changed = side_by_side ? batches_.run(id, wish, deadline, apply) : apply(wish, deadline);
    if (!changed) return changed.error();
    removed.landed(changed->after.dn);
    counts_.changed(id, parts->members);
    if (members == Members::Leave || (members == Members::LoadFew && counts_.has_many(id)))
      return Patched{shown(std::move(changed->after)), false};
    const bool read = changed->entry.attributes.find(context_.rules.group_shape.member_attribute) != nullptr;
    const auto wanted = members == Members::LoadNamed ? Members::LoadNamed : Members::Load;
    auto whole = read ? shown(changed->entry, wanted, deadline) : find(id, wanted, deadline);
    if (!whole) return whole.error();
    return Patched{std::move(*whole), true};
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
    return listing_.select(context_, query, age, deadline);
  }

  Result<std::vector<json::object>> load(std::span<const UuidBytes> ids, Selected& selected, Members members,
                                         Deadline deadline) override {
    std::vector<json::object> out;
    if (members == Members::Leave && !selected.read.empty()) {
      for (const auto& id : ids) out.push_back(std::move(selected.read.at(id).resource));
      return out;
    }
    auto loaded = listing_.load(context_, ids, attributes(members), deadline);
    if (!loaded) return loaded.error();
    std::vector<json::array> lists(loaded->size());
    if (members != Members::Leave) {
      auto all = members == Members::LoadNamed ? members_of_all(context_, *loaded, deadline)
                                               : member_ids_of_all(context_, *loaded, deadline);
      if (!all) return all.error();
      lists = std::move(*all);
    }
    for (std::size_t i = 0; i < lists.size(); ++i) {
      auto& resource = out.emplace_back(shown(std::move((*loaded)[i].record)));
      if (members != Members::Leave) counts_.known(text_of(resource, "id"), lists[i].size());
      if (!lists[i].empty()) resource["members"] = std::move(lists[i]);
    }
    return out;
  }

 private:
  // A large group whose members are known. nullopt: they are not known any more.
  Result<std::optional<Opened>> open_known(std::string_view id, Deadline deadline) {
    auto entry = find_entry(context_, type_, id, attributes_, deadline);
    if (!entry) return entry.error();
    auto list = lists_.find(
        {std::string(id), std::string(entry->attributes.first("entryCSN")), context_.member_ids.forgotten()});
    if (!list) return std::optional<Opened>();
    auto record = mapping::read_record(*entry);
    if (!record) return record.error();
    return std::optional(Opened{shown(std::move(*record)), stream_known(std::move(list))});
  }

  // Those of `ids` that are members of the group: a long list is nearly always the list of before with a few
  // changes, and only these have to be looked up.
  Result<std::unordered_set<std::string>> members_now(std::string_view id,
                                                      const std::vector<std::string>& ids,
                                                      Deadline deadline) const {
    std::unordered_set<std::string> out;
    if (ids.size() <= most_few_members) return out;
    auto entry = find_entry(context_, type_, id, attributes(Members::Load), deadline);
    if (!entry) return entry.error();
    const auto* present = entry->attributes.find(context_.rules.group_shape.member_attribute);
    if (!present) return out;
    auto members = identify(context_, *present, deadline);
    if (!members) return members.error();
    const auto here = ids_of(*members);
    for (const auto& wanted : ids)
      if (here.contains(wanted)) out.insert(wanted);
    return out;
  }

  // Only what was read is decided on: a change meanwhile is an error, and the next look shows it.
  Result<> decide(std::string_view id, sync::Decision decision, Deadline deadline) {
    auto locked = context_.locks.acquire({{id_key(id)}, {}}, deadline);
    if (!locked) return locked.error();
    auto deletion = decide_on_group(context_, id, decision, deadline);
    if (deletion || deletion.error().kind != ErrorKind::NotFound) return deletion;
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
                                          const scim::GroupPatch& parts, const MemberWish& wish,
                                          RemovedMembers& removed, Deadline deadline) const {
    auto content = new_content(record, record.content, parts);
    if (!content) return content.error();
    auto delta = parts.members.replace_all ? delta_to(context_, wish.add, entry, deadline)
                                           : Result<mapping::MemberDelta>(delta_of(wish.add, wish.remove));
    if (!delta) return delta.error();
    for (const auto& named : wish.hold) delta->hold.push_back(named.member->dn.str());
    if (parts.members.replace_all)
      if (auto done = removed.hold_back(entry, *delta); !done) return done.error();
    respect_held(entry, *delta);
    return goal_of(record, *content, *delta, entry, "PATCH /Groups", deadline);
  }

  // The operations depend on who is a member now: the whole group is patched in memory, the difference is
  // written.
  Result<sync::EntryGoal> goal_from_all(const mapping::Record& record, const directory::Entry& entry,
                                        const scim::GroupPatch& parts, RemovedMembers& removed,
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
    if (auto done = removed.hold_back(entry, *delta); !done) return done.error();
    respect_held(entry, *delta);
    return goal_of(record, *content, *delta, entry, "PATCH /Groups", deadline);
  }

  Result<json::object> new_content(const mapping::Record& record, json::object content,
                                   const scim::GroupPatch& parts) const {
    if (parts.attributes.empty()) return content;
    return patched(context_, type_, record.id, std::move(content), parts.attributes);
  }

  // What must stay true of a name while a group takes it.
  Result<Keys> keys_of_name(const std::string& name) const {
    if (name.empty()) return Keys{{}, {renames}};
    Keys keys{{dn_key(mapping::group_home(context_.rules, name))}, {renames}};
    if (!mapping::maps_groups(context_.rules)) return keys;
    auto mapped = mapping::map_group(context_.rules, name, std::nullopt);
    if (!mapped) return mapped.error();
    if (mapped->targets.on_the_fly)
      for (const auto& target : mapped->targets.groups) keys.exclusive.push_back(dn_key(target));
    return keys;
  }

  Result<mapping::Record> taken_up_or_new(const std::vector<directory::Entry>& namesakes,
                                          const Arrival& arrival, const std::vector<std::string>& members,
                                          Deadline deadline) {
    const directory::Entry* deleted = nullptr;
    for (const auto& one : namesakes) {
      if (!mapping::is_deleted(one.attributes)) {
        if (!(one.dn == arrival.goal.dn)) return name_in_use();
        deleted = nullptr;
        break;
      }
      deleted = &one;
    }
    if (!deleted) {
      auto arrived = arrive_group(context_, arrival, deadline);
      const bool taken = !arrived && arrived.error().kind == ErrorKind::Uniqueness;
      return taken && !mapping::maps_groups(context_.rules) ? take_left_group(context_, arrival, deadline)
                                                            : std::move(arrived);
    }
    auto changed = take_up_group(context_, *deleted, arrival.content, members, deadline);
    if (!changed) return changed.error();
    return move_taken_up(context_, std::move(changed->after), attributes_, deadline);
  }

  static Error name_in_use() {
    return error(ErrorKind::Uniqueness, "the displayName is already in use", "displayName");
  }

  Result<sync::EntryGoal> goal_of(const mapping::Record& record, const json::object& content,
                                  const mapping::MemberDelta& delta, const directory::Entry& entry,
                                  const std::string& reason, Deadline deadline) const {
    const auto name = text_of(content, "displayName");
    if (name != text_of(record.content, "displayName")) {
      // Where an entry keeps its name, the directory does not see that two have the same.
      auto others = namesakes(context_, name, deadline);
      if (!others) return others.error();
      for (const auto& other : *others)
        if (!mapping::is_deleted(other.attributes) && !(other.dn == entry.dn)) return name_in_use();
    }
    return mapping::group_goal(context_.rules, record.id, content, delta, entry, reason);
  }

  // The caller holds the group's key.
  Result<Changed> update(std::string_view id, const Precondition& precondition, Reads reads, const Edit& edit,
                         Deadline deadline) {
    if (!is_uuid(id)) return no_such_id(id);
    Change wish;
    if (reads.after) wish.read_back = attributes(Members::Load);
    const auto& shape = context_.rules.group_shape;
    wish.unread = {shape.member_attribute};
    wish.probes = {{shape.member_attribute, shape.placeholder.str()}};
    wish.precondition = precondition;
    wish.edit = edit;
    auto changed = change_group(context_, id, std::move(wish), attributes(reads.before), deadline);
    if (changed) tell_kept_name(*changed);
    if (!changed && changed.error().kind == ErrorKind::Uniqueness && changed.error().field != "displayName")
      return name_in_use();
    return changed;
  }

  // Permissions hang on the directory name: whoever waits for the new one there should know why it does not
  // come.
  void tell_kept_name(const Changed& changed) const {
    const auto was = text_of(changed.before.content, "displayName");
    const auto name = text_of(changed.after.content, "displayName");
    const auto& rules = context_.rules;
    if (was == name || rules.group_options.on_rename == mapping::GroupOptions::OnRename::Follow) return;
    const auto mapped = mapping::map_group(rules, name, std::nullopt);
    if (mapped && mapped->targets.on_the_fly)
      log::warning("group_name_kept",
                   {{"displayName", name}, {"was", was}, {"home", changed.after.dn.str()}});
  }

  // The members of a group that was not known to be large: whoever shares the change would hold a copy of
  // them.
  void leave_many(Changed& changed) const {
    const auto& name = context_.rules.group_shape.member_attribute;
    const auto* values = changed.entry.attributes.find(name);
    if (!values || values->size() <= most_few_members) return;
    counts_.known(changed.after.id, values->size());
    changed.entry.attributes.set(name, {});
  }

  std::vector<std::string> attributes(Members members) const {
    return members == Members::Leave ? attributes_
                                     : with_members(attributes_, context_.rules.group_shape.member_attribute);
  }

  Result<json::object> shown(const directory::Entry& entry, Members members, Deadline deadline) const {
    auto record = mapping::read_record(entry);
    if (!record) return record.error();
    auto resource = shown(std::move(*record));
    if (members == Members::Leave) return resource;
    auto list = members == Members::LoadNamed ? members_of(context_, entry, deadline)
                                              : member_ids_of(context_, entry, deadline);
    if (!list) return list.error();
    counts_.known(text_of(resource, "id"), list->size());
    if (!list->empty()) resource["members"] = std::move(*list);
    return resource;
  }

  json::object shown(mapping::Record record) const {
    return mapping::to_resource(std::move(record), type_.name);
  }

  static void append_members(json::object& resource, const std::vector<Resolved>& members) {
    std::vector<Member> known;
    std::vector<std::string> pending;
    for (const auto& [wanted, member, looked_up] : members) {
      if (member)
        known.push_back(*member);
      else
        pending.push_back(wanted);
    }
    if (!members.empty()) resource["members"] = to_json(known, pending);
  }

  Context context_;
  const scim::ResourceType& type_;
  const std::vector<std::string> attributes_;  // to read of an entry that is changed, without members
  Listing listing_;
  mutable MemberCounts counts_;
  MemberLists lists_;
  MemberBatches batches_;
};

}  // namespace

std::unique_ptr<Resources> make_groups(const Context& context) {
  return std::make_unique<Groups>(context);
}

}  // namespace dirbridge::provision
