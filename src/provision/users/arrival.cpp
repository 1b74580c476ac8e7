#include "provision/users/arrival.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/uuid.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/login_name.hpp"
#include "mapping/naming.hpp"
#include "mapping/user_entry.hpp"
#include "provision/grants/default_groups.hpp"
#include "provision/grants/projection.hpp"
#include "provision/groups/arrival.hpp"
#include "provision/groups/pending.hpp"
#include "provision/refusal.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/names_in_use.hpp"
#include "provision/store/noted_renames.hpp"
#include "provision/users/adoption.hpp"
#include "provision/users/coming_back.hpp"
#include "provision/users/goals.hpp"
#include "provision/users/names.hpp"
#include "provision/users/undo.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using mapping::Record;

std::string reason_to_come(const Context& context) {
  return context.mandate.reason_or("POST /Users");
}

class UserArrival {
 public:
  // `held`: the id of a deleted user whom the caller holds; empty: nobody.
  UserArrival(const Context& context, const UserWish& wish, std::string new_id, Before& before,
              std::string_view held, Deadline deadline)
      : context_(context),
        wish_(wish),
        before_(before),
        user_name_(text_of(wish.content, "userName")),
        id_(std::move(new_id)),
        held_(held),
        deadline_(deadline) {}

  // It is a deleted user who comes back, and has to be held: nothing was done.
  const std::optional<std::string>& returning() const { return returning_; }
  // Whose change was interrupted, and has to be ended before anybody is told of her.
  const std::optional<directory::Dn>& unfinished() const { return unfinished_; }

  Result<Record> run() {
    const auto login = mapping::login_name(context_.rules, user_name_);
    if (!login) return login.error();
    if (names_need_a_look(context_.rules)) {
      auto other = other_with_user_name(context_, user_name_, id_, deadline_);
      if (!other) return other.error();
      if (*other) return come_back(**other);
    }
    if (!context_.rules.user_options.adopt.empty() || context_.rules.disable.move_to) {
      auto like = find_likeness(context_, wish_.content, *login, id_, deadline_);
      if (!like) return like.error();
      const bool own = like->holder && is_own(*like->holder);
      if (own || (like->holder && like->match)) return named_already(*like->holder);
      if (like->match) return adopt(*like->match);
      if (like->holder && !becomes_record()) return named_already(*like->holder);
    }
    return becomes_record() ? add_record() : add_entry(*login);
  }

 private:
  bool becomes_record() const { return mapping::becomes_record(context_.rules, wish_.content, std::nullopt); }

  bool is_own(const Entry& home) const {
    return home.attributes.first(attr::connection) == context_.rules.connection;
  }

  bool may_come_back(const Entry& home) const { return is_own(home) && mapping::is_deleted(home.attributes); }

  // A repeated request whose first try got stuck half-way finds its own user: what was left undone is
  // completed before it is told so.
  Result<Record> taken(const Entry& home) {
    const auto alias = directory::Dn::parse(home.attributes.first(attr::alias));
    if (is_own(home) && alias && !alias->empty()) {
      unfinished_ = *alias;
      return error(ErrorKind::Busy, "a change of the user who has the name is not finished", "userName");
    }
    if (auto done = complete_arrival(context_, home, deadline_); !done)
      log::warning("arrival_incomplete", {{"dn", home.dn.str()}, {"detail", done.error().detail}});
    return user_name_taken_by(context_, user_name_, home);
  }

  // By an entry of which only the owner is known.
  Result<Record> named_already(const Entry& holder) {
    if (!is_own(holder)) return user_name_taken_by(context_, user_name_, holder);
    auto home =
        directory::read(context_.directory, holder.dn, mapping::user_attributes(context_.rules), deadline_);
    if (!home) return home.error();
    if (!*home) return error(ErrorKind::Busy, "the entry that has the name is gone again", "userName");
    return come_back(**home);
  }

  // A user who was deleted takes up what was kept; a name that is in use stays so.
  Result<Record> come_back(const Entry& home) {
    if (!may_come_back(home)) return taken(home);
    const auto id = ascii_lower(home.attributes.first(attr::id));
    if (id != held_) {
      returning_ = id;
      return error(ErrorKind::Busy, "a deleted user of this name is not held");
    }
    if (auto seen = look(&home.dn); !seen) return seen.error();
    // Those that wait with the deletion, and those that could not be ended then.
    if (!held::has(home.attributes, held::removal_rejected))
      if (auto ended = end_memberships(context_, home, deadline_); !ended) return ended.error();
    auto changed = change_user_at(
        context_, home.dn, id, [&](const Record&) -> Result<UserWish> { return wish_; },
        reason_to_come(context_), deadline_);
    // Another bridge has deleted the entry at this moment: who comes is new.
    if (!changed && changed.error().kind == ErrorKind::NotFound) returning_ = id;
    if (!changed) return changed.error();
    log::info("user_returns", {{"dn", home.dn.str()}, {"userName", user_name_}});
    if (mapping::maps_groups(context_.rules))
      if (auto done = project_user(context_, changed->after.dn, deadline_); !done) return done.error();
    return admitted(std::move(*changed));
  }

  Result<> look(const directory::Dn* home) const {
    return look_before(context_, context_.catalog.user, wish_.content, home, before_, deadline_);
  }

  Result<Record> adopt(const Entry& match) {
    if (auto seen = look(&match.dn); !seen) return seen.error();
    auto adopted = adopt_user(context_, id_, match, wish_, reason_to_come(context_), deadline_);
    if (!adopted) return adopted.error();
    return admitted(std::move(*adopted));
  }

  Result<Record> admitted(Changed changed) {
    std::vector<std::string> names{changed.after.id};
    auto external_id = text_of(changed.after.content, "externalId");
    if (!external_id.empty()) names.push_back(std::move(external_id));
    if (auto done = admit_waiting(context_, changed.after.dn, names, deadline_); !done) return done.error();
    return std::move(changed.after);
  }

  Result<Record> add_record() {
    const auto& options = context_.rules.user_options;
    if (!options.import && options.not_imported == mapping::NotImported::Refuse)
      return error(ErrorKind::Forbidden,
                   "this connection imports no users, and the directory has none that matches", "userName");
    auto goal =
        mapping::user_record_goal(context_.rules, id_, wish_.content, std::nullopt, reason_to_come(context_));
    if (!goal) return goal.error();
    if (auto there = ensure_records(context_, deadline_); !there) return there.error();
    if (auto seen = look(nullptr); !seen) return seen.error();
    return arrive(context_, arrival(std::move(*goal), context_.rules.bridge_base), before_, deadline_);
  }

  Result<Record> add_entry(const std::string& login) {
    auto goal = goal_for_new_entry(context_, id_, wish_, std::nullopt, reason_to_come(context_), deadline_);
    if (!goal) return goal.error();
    if (auto seen = look(nullptr); !seen) return seen.error();
    auto added = arrive(context_, entry_arrival(*goal, login), before_, deadline_);
    if (!added && !before_.is_added && added.error().kind == ErrorKind::Denied && is_aside(goal->dn))
      added = add_in_place(std::move(*goal), login, added.error());
    if (added || added.error().kind != ErrorKind::Uniqueness) return added;
    auto holder = who_has(login);
    if (!holder) return holder.error();
    if (*holder) return named_already(**holder);
    auto there = directory::read(context_.directory, goal->dn, mapping::record_attributes(), deadline_);
    if (!there) return there.error();
    return *there ? named_already(**there)
                  : Result<Record>(user_name_taken(context_, user_name_, "the name is already in use"));
  }

  bool is_aside(const directory::Dn& dn) const {
    const auto& aside = context_.rules.disable.move_to;
    return aside && dn.is_within(*aside);
  }

  // Nothing may be written where disabled users are: her mark hides her.
  Result<Record> add_in_place(sync::EntryGoal goal, const std::string& login, const Error& why) {
    goal.dn = context_.rules.user_base.child(goal.dn.rdn());
    auto added = arrive(context_, entry_arrival(goal, login), before_, deadline_);
    if (!added) return added;
    log_incomplete(context_, added->dn, "the entry is not where disabled users are: " + why.detail);
    context_.reconciler.left(added->dn, "place", why.detail);
    return added;
  }

  Arrival entry_arrival(const sync::EntryGoal& goal, const std::string& login) const {
    auto coming = arrival(goal, context_.rules.user_base);
    if (is_aside(goal.dn)) coming.base = *context_.rules.disable.move_to;
    coming.rivals = searches_for_login(context_, login);
    coming.hidden_rival = directory::at(mapping::record_dn(context_.rules, user_name_), {attr::id});
    return coming;
  }

  // Who made an arrival fail, by a name that occurs once.
  Result<std::optional<Entry>> who_has(const std::string& login) {
    auto searches = searches_for_login(context_, login);
    searches.push_back(
        directory::at(mapping::record_dn(context_.rules, user_name_), searches.front().attributes));
    return other_holder(context_.directory.search_all(searches, deadline_), id_);
  }

  Arrival arrival(sync::EntryGoal goal, const directory::Dn& base) const {
    return {id_,
            wish_.content,
            std::move(goal),
            &context_.catalog.user,
            mapping::user_attributes(context_.rules),
            "userName",
            base};
  }

  const Context& context_;
  const UserWish& wish_;
  Before& before_;
  const std::string user_name_;
  const std::string id_;
  const std::string held_;
  std::optional<std::string> returning_;
  std::optional<directory::Dn> unfinished_;
  Deadline deadline_;
};

// Where the entry of a new user of this content would be.
directory::Dn place_of(const Context& context, const json::object& content) {
  const auto user_name = text_of(content, "userName");
  const auto login = mapping::login_name(context.rules, user_name);
  return mapping::place(std::nullopt, context.rules.user_base, context.rules.user_naming_attribute,
                        login ? *login : user_name);
}

}  // namespace

Keys arrival_keys(const Context& context, const json::object& content) {
  Keys keys{{dn_key(place_of(context, content))}, {renames}};
  if (names_need_a_look(context.rules))
    keys.exclusive.push_back(dn_key(mapping::record_dn(context.rules, text_of(content, "userName"))));
  add_external_id_key(keys.exclusive, content);
  return keys;
}

namespace {

// As arrive_user(), once. `known`: the id of a deleted user who is held; it is set when another one has to
// be. `name`: by which an unfinished change is known that is in the way.
Result<Record> try_to_arrive(const Context& context, const UserWish& wish, const std::string& new_id,
                             Before& before, std::string& known, bool& again, directory::Dn& name,
                             Deadline deadline) {
  auto keys = arrival_keys(context, wish.content);
  if (!known.empty()) keys.exclusive.push_back(id_key(known));
  const auto lease = context.locks.acquire(keys, deadline);
  if (!lease) return lease.error();
  UserArrival arrival(context, wish, new_id, before, known, deadline);
  auto record = arrival.run();
  again = arrival.returning().has_value();
  if (again) known = *arrival.returning();
  if (arrival.unfinished()) name = *arrival.unfinished();
  if (record)
    if (auto done = welcome(context, record->dn, deadline); !done) return done.error();
  return record;
}

}  // namespace

Result<Record> arrive_user(const Context& context, const UserWish& wish, Before& before, Deadline deadline) {
  std::string known;
  const auto new_id = new_uuid(context.clock.now());
  auto name = place_of(context, wish.content);
  for (bool looked = false;;) {
    bool again = false;
    auto record = try_to_arrive(context, wish, new_id, before, known, again, name, deadline);
    if (!record) take_back_if_refused(context, new_id, before, record.error(), undo_user, deadline);
    if (again && remaining(deadline).count() > 0) continue;
    if (record || record.error().kind != ErrorKind::Busy || std::exchange(looked, true)) return record;
    // Nobody may repeat the rename that has been interrupted and still holds the name.
    const auto finished = finish_renames_of(context, context.catalog.user, name, restore_user, deadline);
    if (!finished) return finished.error();
    if (!*finished) return record;
  }
}

}  // namespace dirbridge::provision
