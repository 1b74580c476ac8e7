#include "provision/users/adoption.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/adoption.hpp"
#include "mapping/content.hpp"
#include "mapping/user_entry.hpp"
#include "provision/store/names_in_use.hpp"
#include "provision/users/goals.hpp"
#include "provision/users/leaving.hpp"
#include "provision/users/names.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;

Result<sync::EntryGoal> noted(Result<sync::EntryGoal> goal, bool more_follows) {
  if (goal && more_follows) goal->attributes.push_back(sync::exactly(attr::alias, {goal->dn.str()}));
  return goal;
}

// Links and describes the entry in one change, under the name that it has. When another one follows, it is
// noted as a rename is, so that the sweep ends what is interrupted.
Result<Changed> take_up(const Context& context, const std::string& id, const Entry& match,
                        const UserWish& wish, bool more_follows, const std::string& reason,
                        Deadline deadline) {
  const auto user_name = text_of(wish.content, "userName");
  sync::Task task;
  task.find = user_at(context, match.dn);
  task.unread = {mapping::password_attribute};
  task.read_back = mapping::record_attributes();
  task.goal = [&](const std::optional<Entry>& entry) -> Result<sync::EntryGoal> {
    if (!entry) return user_name_taken(context, user_name, "the entry that matches is gone");
    if (iequals(entry->attributes.first(attr::id), id))  // a change of unknown outcome has landed
      return sync::EntryGoal{sync::EntryGoal::Presence::Present, entry->dn, {}, reason, {}, {}};
    if (!is_to_be_had(*entry))
      return user_name_taken(context, user_name, "the entry that matches is another user's now");
    auto goal = mapping::adopted_user_goal(context.rules, id, wish.content, *entry, reason);
    return with_password(context, noted(std::move(goal), more_follows), wish.password);
  };
  auto report = context.reconciler.run(task, deadline);
  if (!report) return report.error();
  if (!report->after) return error(ErrorKind::Internal, "the directory did not return the entry it changed");
  context.member_ids.forget(match.dn);
  auto record = mapping::read_record(*report->after);
  if (!record) return record.error();
  return Changed{*record, *record, std::move(*report->after), true};
}

// The entry as it was before it was taken up, should it still have its name: also when nobody knows how far
// the change has come, which then fails for want of the record.
void put_back(const Context& context, const std::string& id, const Entry& match, Deadline deadline) {
  auto find = user_at(context, match.dn);
  find.filter = directory::Filter::equal(attr::id, id);
  const auto goals = mapping::as_found(context.rules, match);
  if (auto done = write_entry(context, find, goals, "the entry could not be taken up", deadline); !done)
    log::error("adoption_not_taken_back", {{"dn", match.dn.str()}, {"detail", done.error().detail}});
  context.member_ids.forget(match.dn);
}

}  // namespace

Result<Changed> adopt_user(const Context& context, const std::string& id, const Entry& match,
                           const UserWish& wish, const std::string& reason, Deadline deadline) {
  // All that can be refused is refused before anything is written.
  const auto shown = goal_for_entry(context, id, wish, match, reason);
  if (!shown) return shown.error();
  const auto user_name = text_of(wish.content, "userName");
  if (mapping::is_disabled(match.attributes))
    if (auto free = check_new_logins(context, user_name, *shown, match, id, deadline); !free) {
      if (free.error().kind == ErrorKind::Uniqueness) log_conflict(context, user_name, free.error().detail);
      return free.error();
    }
  const bool disabled = mapping::is_false(wish.content, "active") && !mapping::is_disabled(match.attributes);
  const bool more_follows = shown->dn.str() != match.dn.str() || disabled;
  Leaving leaving(context, deadline);
  if (disabled)
    if (auto told = leaving.announce(match); !told) return told.error();
  auto taken_up = take_up(context, id, match, wish, more_follows, reason, deadline);
  if (!taken_up) return taken_up;
  const NewUser as_linked = [&](const mapping::Record&) -> Result<UserWish> {
    return UserWish{wish.content};
  };
  auto done = more_follows ? change_user_by_name_at(context, match.dn, id, as_linked, reason, deadline)
                           : std::move(taken_up);
  if (done)
    log::info("entry_adopted", {{"dn", done->after.dn.str()}, {"userName", user_name}});
  else
    put_back(context, id, match, deadline);
  return done;
}

}  // namespace dirbridge::provision
