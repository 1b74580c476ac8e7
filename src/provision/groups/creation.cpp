#include "provision/groups/creation.hpp"

#include <set>

#include "base/uuid.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/owed.hpp"
#include "provision/grants/places.hpp"
#include "provision/grants/source_change.hpp"
#include "provision/groups/arrival.hpp"
#include "provision/groups/converge.hpp"
#include "provision/groups/move.hpp"
#include "provision/groups/undo_group.hpp"
#include "provision/members/delta.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/noted_renames.hpp"

namespace dirbridge::provision {

Result<json::object> GroupCreation::run(json::value body, Before& before, Deadline deadline) const {
  auto read = scim::read_resource(type_, std::move(body), scim::ReadMode::Request);
  if (!read) return read.error();
  const auto ids = take_member_ids(read->resource);
  if (!ids) return ids.error();
  const auto name = text_of(read->resource, "displayName");
  auto content = read->resource;
  auto made = make_or_leave_nothing(content, name, *ids, before, deadline);
  if (made || made.error().kind != ErrorKind::Busy || name.empty()) return made;
  // Nobody may repeat the rename that has been interrupted and still holds the name.
  const auto finished =
      finish_renames_of(context_, type_, mapping::group_home(context_.rules, name), restore_group, deadline);
  if (!finished) return finished.error();
  return *finished ? make_or_leave_nothing(read->resource, name, *ids, before, deadline) : made;
}

// Directory groups that cannot be written refuse it after its record was made.
Result<json::object> GroupCreation::make_or_leave_nothing(json::object& content, const std::string& name,
                                                          const std::vector<std::string>& ids, Before& before,
                                                          Deadline deadline) const {
  const auto id = new_uuid(context_.clock.now());
  auto made = make_locked(id, content, name, ids, before, deadline);
  if (!made) take_back_if_refused(context_, id, before, made.error(), undo_group, deadline);
  return made;
}

Result<json::object> GroupCreation::make_locked(const std::string& id, json::object& content,
                                                const std::string& name, const std::vector<std::string>& ids,
                                                Before& before, Deadline deadline) const {
  for (std::set<std::string> known;;) {
    auto keys = keys_of_group_name(context_, name);
    if (!keys) return keys.error();
    add_external_id_key(keys->exclusive, content);
    for (const auto& other : known) keys->exclusive.push_back(id_key(other));
    const auto lease = lock_and_resolve(context_, *keys, ids, deadline);
    if (!lease) return lease.error();
    const auto others = namesakes(context_, name, deadline);
    if (!others) return others.error();
    std::set<std::string> now;
    for (const auto& other : others->groups) now.emplace(other.attributes.first(attr::id));
    if (now == known) return add_group(id, content, *others, *lease, ids, before, deadline);
    known = std::move(now);  // once more, with their keys
  }
}

Result<json::object> GroupCreation::add_group(const std::string& id, json::object& content,
                                              const Namesakes& namesakes, const LockedMembers& held,
                                              const std::vector<std::string>& members, Before& before,
                                              Deadline deadline) const {
  Arrival arrival{id, content, {}, &type_, attributes_, "displayName", homes(context_, type_).front()};
  auto goal = mapping::group_goal(context_.rules, arrival.id, arrival.content, delta_of(held.members, {}),
                                  std::nullopt, context_.mandate.reason_or("POST /Groups"));
  if (!goal) return goal.error();
  if (auto done = place_targets(context_, *goal, std::nullopt, deadline); !done) return done.error();
  arrival.goal = std::move(*goal);
  auto record = taken_up_or_new(namesakes, arrival, members, before, deadline);
  if (!record && record.error().kind == ErrorKind::Uniqueness)
    for (const auto& other : namesakes.groups)
      if (auto done = complete_group(context_, other, deadline); !done) return done.error();
  if (!record) return record.error();
  return reader_.shown(std::move(*record), held.members);
}

Result<mapping::Record> GroupCreation::taken_up_or_new(const Namesakes& namesakes, Arrival& arrival,
                                                       const std::vector<std::string>& members,
                                                       Before& before, Deadline deadline) const {
  const directory::Entry* deleted = nullptr;
  for (const auto& one : namesakes.groups) {
    if (!mapping::is_deleted(one.attributes)) {
      if (!(one.dn == arrival.goal.dn)) return display_name_in_use();
      deleted = nullptr;
      break;
    }
    deleted = &one;
  }
  if (!deleted && namesakes.holder) {
    auto left = is_left_group(context_, namesakes.holder->dn, deadline);
    if (!left) return left.error();
    if (!*left) return group_name_taken(context_, text_of(arrival.content, "displayName"), *namesakes.holder);
    arrival.goal.dn = namesakes.holder->dn;
  }
  const auto* home = deleted ? &deleted->dn : nullptr;
  if (auto seen = look_before_group(context_, arrival, home, before, deadline); !seen) return seen.error();
  if (!deleted) {
    auto arrived = arrive_group(context_, arrival, before, deadline);
    const bool taken = !arrived && arrived.error().kind == ErrorKind::Uniqueness;
    if (!taken || mapping::maps_groups(context_.rules)) return arrived;
    if (auto seen = look_before_group(context_, arrival, &arrival.goal.dn, before, deadline); !seen)
      return seen.error();
    return take_left_group(context_, arrival, deadline);
  }
  auto changed = take_up_group(context_, *deleted, arrival.content, members, deadline);
  if (!changed) return changed.error();
  return move_taken_up(context_, std::move(changed->after), attributes_, deadline);
}

}  // namespace dirbridge::provision
