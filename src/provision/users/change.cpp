#include "provision/users/change.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/adoption.hpp"
#include "mapping/content.hpp"
#include "mapping/entry_name.hpp"
#include "mapping/user_entry.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/names_in_use.hpp"
#include "provision/users/concession.hpp"
#include "provision/users/disabling.hpp"
#include "provision/users/goals.hpp"
#include "provision/users/leaving.hpp"
#include "provision/users/names.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using Naming = mapping::Extent::Naming;

// One request's change. Plans within the home where the user is; when the rules want another home, it says
// so by an error, and move() goes on.
class UserChange {
 public:
  UserChange(const Context& context, std::string_view id, const NewUser& new_user, const std::string& reason,
             Deadline deadline)
      : context_(context),
        elsewhere_(anywhere(context, context.catalog.user, id, mapping::user_attributes(context.rules))),
        new_user_(new_user),
        reason_(reason),
        deadline_(deadline),
        leaving_(context, deadline),
        permission_(context.mandate.budget, sync::Removal::Disable) {}

  void decide(sync::Decision decision) { decision_ = decision; }
  // The name that is asked for is given, or the change fails.
  void insist_on_name() { insists_ = true; }

  Result<Changed> run(const directory::SearchRequest& find, Precondition precondition) {
    std::optional<Error> first;
    for (;;) {
      auto changed = attempt(find, precondition);
      if (changed) {
        permission_.landed(changed->after.dn);
        concession_.tell(context_, changed->after.dn);
        return changed;
      }
      // Another home is looked at next, with what was given up so far.
      if (changed.error().kind == ErrorKind::NotFound) return changed;
      if (!first) first = changed.error();
      if (concession_.give_up(changed.error(), attempt_)) {
        // It held; what was written meanwhile is our own.
        if (attempt_.leaves) precondition = {};
        continue;
      }
      if (first->kind == ErrorKind::Uniqueness) log_conflict(context_, user_name_, first->detail);
      return *first;
    }
  }

 private:
  struct Moving {
    mapping::Record before;
    Entry from;
    UserWish wish;
    std::optional<Entry> match;  // the entry of nobody that it becomes
    bool to_record = false;
  };

  Result<Changed> attempt(const directory::SearchRequest& find, const Precondition& precondition) {
    ResourceEdit wish;
    wish.find = find;
    wish.elsewhere = elsewhere_;
    wish.unread = {mapping::password_attribute};  // write-only for us as well
    wish.precondition = precondition;
    wish.edit = [&](const mapping::Record& record, const Entry& home) { return edit(record, home); };
    attempt_ = {};
    auto changed = change(context_, wish, deadline_);
    if (!changed && moving_) changed = move();
    if (!changed && changed.error().kind == ErrorKind::Uniqueness && changed.error().field.empty())
      return user_name_in_use(user_name_, "the name is already in use");
    return changed;
  }

  Result<sync::EntryGoal> edit(const mapping::Record& record, const Entry& today) {
    moving_.reset();
    auto wish = new_user_(record);
    if (!wish) return wish.error();
    auto seen = decision_ ? decided(*decision_, today)
                          : within_budget(context_, permission_, wish->content, today, deadline_);
    if (!seen) return seen.error();
    const Entry& home = *seen;
    attempt_.leaves = wish->leaves;
    attempt_.unfinished = home.attributes.find(attr::alias) != nullptr;
    // The record that an interrupted move has left; afterwards nothing would tell of it.
    if (!mapping::is_record(context_.rules, home.dn) && !concession_.keeps_alias())
      if (auto done = finish_move(context_, home, deadline_); !done) return done.error();
    consider(*wish, record, home);
    user_name_ = text_of(wish->content, "userName");
    if (auto free = check_name(record, home); !free) return free.error();
    if (mapping::becomes_disabled(context_.rules, wish->content, home))
      if (auto told = leaving_.announce(home); !told) return told.error();
    const bool on_record = mapping::is_record(context_.rules, home.dn);
    const bool to_record = concession_.extent().stays()
                               ? on_record
                               : mapping::becomes_record(context_.rules, wish->content, home);
    attempt_.moves = on_record != to_record;
    std::optional<Entry> match;
    if (on_record && may_adopt(wish->content, home)) {
      auto found = find_match(wish->content, record.id);
      if (!found) return found.error();
      match = std::move(*found);
    }
    if (match && mapping::becomes_disabled(context_.rules, wish->content, *match))
      if (auto told = leaving_.announce(*match); !told) return told.error();
    if (match || on_record != to_record) {
      moving_ = Moving{record, home, std::move(*wish), std::move(match), to_record && !on_record};
      return error(ErrorKind::Conflict, "the user moves to another home");
    }
    return goal(record.id, *wish, home, on_record);
  }

  // What is left of the wish, and what may be given up of it. Who leaves without having got another name
  // keeps the one that she has.
  void consider(UserWish& wish, const mapping::Record& record, const Entry& home) {
    const auto before = text_of(record.content, "userName");
    const bool same_name = text_of(wish.content, "userName") == before;
    const bool was_disabled = mapping::is_disabled(home.attributes);
    const bool disabled = mapping::becomes_disabled(context_.rules, wish.content, home);
    const bool enables = (was_disabled || mapping::is_deleted(home.attributes)) && !disabled;
    attempt_.may_keep_name = same_name && !enables && !insists_;
    const bool leaves_now = wish.leaves && disabled && !was_disabled;
    if (leaves_now && same_name && concession_.extent().naming == Naming::ByRules) concession_.keep_name();
    if (concession_.nothing_else()) {
      wish.content = record.content;
      wish.content["active"] = false;
    }
    if (concession_.extent().naming != Naming::ByRules) wish.content["userName"] = before;
  }

  // Another userName than before must be nobody's.
  Result<> check_name(const mapping::Record& record, const Entry& home) {
    const bool back = mapping::is_deleted(home.attributes);
    if (iequals(user_name_, text_of(record.content, "userName")) || back ||
        !names_need_a_look(context_.rules))
      return {};
    auto other = other_with_user_name(context_, user_name_, record.id, deadline_);
    if (!other) return other.error();
    if (*other) return user_name_in_use(user_name_, "another user has this userName");
    return {};
  }

  Result<> check_login(const sync::EntryGoal& goal, const Entry& home, std::string_view id) {
    return check_new_logins(context_, user_name_, goal, home, id, deadline_);
  }

  // Not while the entry is away because the user is disabled, nor for one who leaves.
  bool may_adopt(const json::object& content, const Entry& home) const {
    return !context_.rules.user_options.adopt.empty() && concession_.extent().naming == Naming::ByRules &&
           !(context_.rules.disable.delete_entry && mapping::becomes_disabled(context_.rules, content, home));
  }

  Result<std::optional<Entry>> find_match(const json::object& content, std::string_view id) {
    const auto login = login_of(context_, content);
    if (!login) return login.error();
    auto like = find_likeness(context_, content, *login, id, deadline_);
    if (!like) return like.error();
    if (like->match && like->holder)
      return user_name_in_use(user_name_, why_taken(context_, *like->holder, "users.adopt"));
    return std::move(like->match);
  }

  Result<sync::EntryGoal> goal(const std::string& id, const UserWish& wish, const Entry& home,
                               bool on_record) {
    const bool was_record = mapping::is_record(context_.rules, home.dn);
    auto out = on_record    ? mapping::user_record_goal(context_.rules, id, wish.content, home, reason_)
               : was_record ? goal_for_new_entry(context_, id, wish, home, reason_, deadline_)
                            : goal_for_entry(context_, id, wish, home, reason_, concession_.extent());
    if (!out) return out;
    if (!on_record && !was_record) {
      keep_place(*out, home);
      if (auto place = find_place(*out, home); !place) return place.error();
      if (auto room = find_room(*out, home); !room) return room.error();
    }
    out->keeps_alias = concession_.keeps_alias();
    attempt_.locks = !on_record && mapping::has_locks(context_.rules);
    remember_names(*out, home);
    if (auto free = check_login(*out, home, id); !free) return free.error();
    leaving_.remember(*out);
    remember_held(*out, wish.content, home);
    return out;
  }

  // An attempt that failed half-way may have given the name, or the place, that is given up now.
  void keep_place(sync::EntryGoal& goal, const Entry& home) {
    if (!first_home_) first_home_ = home.dn;
    if (concession_.keeps_alias()) return;
    if (concession_.extent().naming == Naming::KeepPlace)
      goal.dn = *first_home_;
    else if (concession_.extent().naming == Naming::KeepName)
      goal.dn = goal.dn.parent().child(first_home_->rdn());
  }

  // Where it was before it was moved aside may be there no more.
  Result<> find_place(sync::EntryGoal& goal, const Entry& home) const {
    const auto& base = context_.rules.user_base;
    const auto parent = goal.dn.parent();
    if (home.dn.is_within(base) || parent == base || !parent.is_within(base)) return {};
    const auto there = directory::read(context_.directory, parent, {"1.1"}, deadline_);
    if (!there) return there.error();
    if (!*there) goal.dn = base.child(goal.dn.rdn());
    return {};
  }

  // Where the entry goes, another one may have the name that it was given beside its login.
  Result<> find_room(sync::EntryGoal& goal, const Entry& home) const {
    const auto today = home.dn.rdn();
    if (!context_.rules.user_rdn || goal.dn.parent() == home.dn.parent() ||
        goal.dn.rdn().pairs() != today.pairs())
      return {};
    const auto there = directory::read(context_.directory, goal.dn, {"1.1"}, deadline_);
    if (!there) return there.error();
    if (!*there) return {};
    const auto login = home.attributes.first(mapping::login_attribute(context_.rules));
    goal.dn = goal.dn.parent().child(mapping::told_apart(today, login));
    mapping::keep_name(goal.attributes, goal.dn.rdn());
    return {};
  }

  // Whether the goal gives another name or place than the home has.
  void remember_names(const sync::EntryGoal& goal, const Entry& home) {
    if (goal.dn.str() != home.dn.str()) {
      attempt_.moves = attempt_.moves || !(goal.dn.parent() == home.dn.parent());
      attempt_.renames = goal.dn.rdn().str() != home.dn.rdn().str();
    }
    const auto& login = mapping::login_attribute(context_.rules);
    for (const auto& wish : goal.attributes)
      if (iequals(wish.attribute, login) && !wish.values.empty() &&
          wish.values.front() != home.attributes.first(login))
        attempt_.renames = true;
  }

  Result<Changed> move() {
    const Moving moving = std::move(*moving_);
    moving_.reset();
    const auto& id = moving.before.id;
    auto wanted = moving.match ? mapping::adopted_user_goal(context_.rules, id, moving.wish.content,
                                                            *moving.match, reason_)
                               : goal(id, moving.wish, moving.from, moving.to_record);
    if (!wanted) return wanted.error();
    if (moving.match && mapping::is_disabled(moving.match->attributes))
      if (auto free = check_login(*wanted, *moving.match, id); !free) return free.error();
    const auto to = moving.match ? moving.match->dn : wanted->dn;
    auto home = move_home(context_,
                          {moving.from, to, std::move(*wanted), mapping::user_attributes(context_.rules),
                           moving.match.has_value()},
                          deadline_);
    if (!home && home.error().kind == ErrorKind::Uniqueness)
      return user_name_in_use(user_name_, "the name is already in use");
    if (!home) return home.error();
    if (moving.match) {
      const NewUser as_written = [&](const mapping::Record&) -> Result<UserWish> { return moving.wish; };
      auto shown = change_user_at(context_, home->dn, id, as_written, reason_, deadline_);
      if (!shown) return shown.error();
      shown->before = moving.before;
      shown->written = true;
      return shown;
    }
    auto after = mapping::read_record(*home);
    if (!after) return after.error();
    return Changed{moving.before, std::move(*after), std::move(*home), true};
  }

  const Context& context_;
  const std::vector<directory::SearchRequest> elsewhere_;
  const NewUser& new_user_;
  const std::string& reason_;
  Deadline deadline_;
  Leaving leaving_;
  Permission permission_;
  Concession concession_;
  Concession::Attempt attempt_;
  std::optional<sync::Decision> decision_;
  bool insists_ = false;
  std::string user_name_;
  std::optional<directory::Dn> first_home_;  // the entry's, before anything was tried
  std::optional<Moving> moving_;
};

}  // namespace

Result<Changed> change_user(const Context& context, std::string_view id, const Precondition& precondition,
                            const NewUser& new_user, const std::string& reason, Deadline deadline) {
  UserChange change(context, id, new_user, reason, deadline);
  const auto& type = context.catalog.user;
  return at_home(context, type, [&](const directory::Dn& base) {
    return change.run(by_id_below(context, base, type, id, mapping::user_attributes(context.rules)),
                      precondition);
  });
}

Result<> restore_user(const Context& context, std::string_view id, Deadline deadline) {
  // Nobody asks for access to be taken away: what cannot be finished is tried again by the next run.
  const NewUser as_it_is = [](const mapping::Record& record) -> Result<UserWish> {
    return UserWish{record.content};
  };
  const auto done = change_user(context, id, {}, as_it_is, "finish an interrupted rename", deadline);
  return done ? Result<>() : Result<>(done.error());
}

Result<Changed> change_user_at(const Context& context, const directory::Dn& home, std::string_view id,
                               const NewUser& new_user, const std::string& reason, Deadline deadline) {
  return UserChange(context, id, new_user, reason, deadline).run(user_at(context, home), {});
}

Result<Changed> change_user_by_name_at(const Context& context, const directory::Dn& home, std::string_view id,
                                       const NewUser& new_user, const std::string& reason,
                                       Deadline deadline) {
  UserChange change(context, id, new_user, reason, deadline);
  change.insist_on_name();
  return change.run(user_at(context, home), {});
}

Result<Changed> decide_on_disabling(const Context& context, const Entry& home, sync::Decision decision,
                                    Deadline deadline) {
  auto read = mapping::read_record(home);
  if (!read) return read.error();
  const std::string reason = "a held removal is decided";
  const NewUser wish = as_recorded;
  UserChange change(context, read->id, wish, reason, deadline);
  change.decide(decision);
  return change.run(user_at(context, home.dn), {read->version, {}});
}

}  // namespace dirbridge::provision
