#include "provision/grants/target_names.hpp"

#include "base/log.hpp"
#include "directory/vocabulary.hpp"
#include "provision/store/records.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

using directory::Dn;
using directory::Entry;
using directory::Filter;

namespace {

// Who is in a directory group by hand stays so under its new name.
Result<> move_by_hand(const Context& context, const Dn& from, const Dn& to, Deadline deadline) {
  const auto old = by_hand_record(context, from);
  auto members = member_values(context, old.dn, deadline);
  if (!members) return members.error();
  if (members->empty()) return {};
  if (auto done = add_members(context, by_hand_record(context, to), *members, deadline); !done) return done;
  return delete_entry(context, old.dn, "the group was renamed", deadline);
}

}  // namespace

bool is_made_here(const Context& context, const Entry& group) {
  return group.attributes.has_value("objectClass", object_class::mapped_group) &&
         group.attributes.first(attr::connection) == context.rules.connection;
}

Result<> give_name(const Context& context, const Dn& from, const Dn& to, Deadline deadline) {
  const auto& unique_id = context.rules.unique_id_attribute;
  const auto entry = directory::read(context.directory, from, {unique_id}, deadline);
  if (!entry) return entry.error();
  if (!*entry) return error(ErrorKind::Busy, "the directory group " + from.str() + " is gone at this moment");
  const std::string same((*entry)->attributes.first(unique_id));
  sync::Task task;
  task.find = directory::at(from, {"objectClass", "cn", attr::connection, attr::alias, unique_id});
  task.elsewhere = {task.find};
  task.elsewhere.front().base = to;
  task.goal = [&](const std::optional<Entry>& found) -> Result<sync::EntryGoal> {
    if (!found || found->attributes.first(unique_id) != same)
      return error(ErrorKind::Busy, "the directory group " + from.str() + " is gone at this moment");
    return sync::EntryGoal{sync::EntryGoal::Presence::Present,
                           to,
                           {sync::exactly("cn", {to.rdn().value()})},
                           "the group was renamed",
                           {}};
  };
  auto done = context.reconciler.run(task, deadline);
  if (!done) return done.error();
  return move_by_hand(context, from, to, deadline);
}

Result<bool> take_back_name(const Context& context, const Dn& recorded, const Dn& given, Deadline deadline) {
  const auto old = directory::read(context.directory, recorded, {"1.1"}, deadline);
  if (!old) return old.error();
  const auto entry = directory::read(context.directory, given, {"objectClass", attr::connection}, deadline);
  if (!entry) return entry.error();
  if (*old || !*entry || !is_made_here(context, **entry)) return false;
  const auto wanted = is_granted(context, recorded, deadline);
  if (!wanted) return wanted.error();
  const auto used = is_granted(context, given, deadline);
  if (!used) return used.error();
  if (!*wanted || *used) return false;
  log::info("rename_taken_back", {{"group", given.str()}, {"to", recorded.str()}});
  if (auto done = give_name(context, given, recorded, deadline); !done) return done.error();
  return true;
}

Result<bool> take_back_interrupted(const Context& context, const Dn& group, Deadline deadline) {
  const auto notes =
      Filter::all_of({Filter::equal(attr::target, group.str()), Filter::equal(attr::kind, ended_kind),
                      Filter::equal(attr::connection, context.rules.connection),
                      Filter::negation(Filter::present(context.rules.group_shape.member_attribute))});
  const auto found = directory::search(
      context.directory, {context.rules.bridge_base, directory::Scope::Subtree, notes, {attr::target}, 0},
      deadline);
  if (!found) return found.error();
  for (const auto& note : *found)
    for (const auto& given : targets_in(note)) {
      if (given == group) continue;
      auto back = take_back_name(context, group, given, deadline);
      if (!back || *back) return back;
    }
  return false;
}

}  // namespace dirbridge::provision
