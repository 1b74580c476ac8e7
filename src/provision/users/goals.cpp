#include "provision/users/goals.hpp"

#include "mapping/adoption.hpp"
#include "mapping/entry_name.hpp"
#include "mapping/login_name.hpp"
#include "mapping/password.hpp"
#include "mapping/user_entry.hpp"
#include "provision/store/names_in_use.hpp"

namespace dirbridge::provision {

using directory::Entry;

directory::SearchRequest user_at(const Context& context, const directory::Dn& dn) {
  return directory::at(dn, mapping::user_attributes(context.rules));
}

Result<std::string> login_of(const Context& context, const json::object& content) {
  return mapping::login_name(context.rules, text_of(content, "userName"));
}

Result<> check_new_logins(const Context& context, const std::string& user_name, const sync::EntryGoal& goal,
                          const Entry& home, std::string_view id, Deadline deadline) {
  if (mapping::is_record(context.rules, goal.dn)) return {};
  const auto other =
      other_with_any_login(context, mapping::new_logins(context.rules, goal, home), id, deadline, home.dn);
  if (!other) return other.error();
  if (*other) return user_name_in_use(user_name, why_taken(context, **other, "users.adopt"));
  return {};
}

Result<sync::EntryGoal> with_password(const Context& context, Result<sync::EntryGoal> goal,
                                      const mapping::PasswordChange& change) {
  if (!goal) return goal;
  auto password = mapping::password_goal(context.rules.password, change);
  if (!password) return password.error();
  if (*password) goal->attributes.push_back(std::move(**password));
  return goal;
}

Result<sync::EntryGoal> goal_for_entry(const Context& context, const std::string& id, const UserWish& wish,
                                       const std::optional<Entry>& current, const std::string& reason,
                                       mapping::Extent extent) {
  auto goal = mapping::user_goal(context.rules, id, wish.content, current, reason, extent);
  return extent.described ? with_password(context, std::move(goal), wish.password) : goal;
}

Result<sync::EntryGoal> goal_for_new_entry(const Context& context, const std::string& id,
                                           const UserWish& wish, const std::optional<Entry>& record,
                                           const std::string& reason, Deadline deadline) {
  if (!context.rules.user_rdn) return goal_for_entry(context, id, wish, record, reason);
  const auto login = login_of(context, wish.content);
  if (!login) return login.error();
  const auto last = mapping::names_for_entry(context.rules, wish.content, *login).size() - 1;
  for (mapping::Extent extent;; ++extent.name) {
    auto goal = goal_for_entry(context, id, wish, record, reason, extent);
    if (!goal || extent.name == last) return goal;
    const auto there = directory::read(context.directory, goal->dn, {"1.1"}, deadline);
    if (!there) return there.error();
    if (!*there) return goal;
  }
}

}  // namespace dirbridge::provision
