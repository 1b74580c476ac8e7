#include "provision/grants/places.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_options.hpp"
#include "mapping/naming.hpp"
#include "provision/grants/grants.hpp"
#include "provision/store/names_in_use.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Scope;
using Dns = std::vector<Dn>;

// The entries with this name, in an order that stays.
Result<Dns> named(const Context& context, const Dn& group, Deadline deadline) {
  Dns out;
  if (!iequals(group.rdn().attribute(), "cn")) return out;
  for (const auto& found :
       context.directory.search_all(searches_for_group_name(context, group.rdn().value()), deadline)) {
    if (!found) return found.error();
    for (const auto& entry : *found) out.push_back(entry.dn);
  }
  std::sort(out.begin(), out.end(), [](const Dn& a, const Dn& b) { return a.normalized() < b.normalized(); });
  return out;
}

Result<Dn> place_of(const Context& context, const Dn& group, const Dns& now, Deadline deadline) {
  if (contains(now, group)) return group;
  const bool by_name = group.parent() == context.rules.group_base;
  for (const auto& used : now)
    if (by_name && mapping::same_name(used, group)) return used;
  const auto there = named(context, group, deadline);
  if (!there) return there.error();
  if (there->empty() || contains(*there, group)) return group;
  if (there->size() > 1)
    log::warning("conflict",
                 {{"group", group.str()},
                  {"detail", "several entries have the name, which the products then ignore: " +
                                 (*there)[0].str() + " is used, " + (*there)[1].str() + " has it as well"}});
  return there->front();
}

}  // namespace

Result<Dns> places_of(const Context& context, const Dns& groups, const Dns& now, Deadline deadline) {
  Dns out;
  for (const auto& group : groups) {
    auto place = place_of(context, group, now, deadline);
    if (!place) return place.error();
    if (mapping::is_protected(context.rules.protected_entries, *place))
      log::warning("group_protected", {{"group", place->str()}});
    else if (!contains(out, *place))
      out.push_back(std::move(*place));
  }
  return out;
}

Result<std::optional<Dn>> moved_to(const Context& context, const Dn& group, Deadline deadline) {
  const auto there = named(context, group, deadline);
  if (!there) return there.error();
  if (there->empty() || contains(*there, group)) return std::optional<Dn>();
  return std::optional(there->front());
}

Result<std::optional<Dn>> other_named(const Context& context, const Dn& group, const Dn& self,
                                      Deadline deadline) {
  const auto there = named(context, group, deadline);
  if (!there) return there.error();
  for (const auto& one : *there)
    if (!(one == self)) return std::optional(one);
  return std::optional<Dn>();
}

Result<> follow_move(const Context& context, const Dn& from, const Dn& to, Deadline deadline) {
  const auto ours = Filter::equal(attr::connection, context.rules.connection);
  const auto records = directory::search(context.directory,
                                         {context.rules.bridge_base,
                                          Scope::Subtree,
                                          Filter::all_of({Filter::equal(attr::target, from.str()), ours}),
                                          {"1.1"},
                                          0},
                                         deadline);
  if (!records) return records.error();
  log::info("group_moved", {{"group", from.str()}, {"to", to.str()}});
  for (const auto& record : *records) {
    auto done =
        write_entry(context, entry_at(record.dn),
                    {sync::including(attr::target, {to.str()}), sync::excluding(attr::target, {from.str()})},
                    "the directory group was moved", deadline);
    if (!done) return done;
  }
  return {};
}

namespace {

// A new name is given where an administrator has moved the group that gets it. Conflict: where that is, is
// known from now on.
Result<Dn> beside(const Context& context, const Dn& old, const Dn& place, Deadline deadline) {
  const auto& options = context.rules.group_options;
  const bool by_rules =
      mapping::is_mapping_target(options, old) || mapping::is_mapping_target(options, place);
  if (options.on_rename != mapping::GroupOptions::OnRename::Follow || by_rules ||
      mapping::same_name(old, place) || !(place.parent() == context.rules.group_base))
    return place;
  const auto moved = moved_to(context, old, deadline);
  if (!moved) return moved.error();
  if (*moved) {
    if (auto done = follow_move(context, old, **moved, deadline); !done) return done.error();
    return error(ErrorKind::Conflict, "the directory group was moved");
  }
  const auto there = named(context, place, deadline);
  if (!there) return there.error();
  return there->empty() ? old.parent().child(place.rdn()) : place;
}

}  // namespace

Result<> place_targets(const Context& context, sync::EntryGoal& goal, const std::optional<Entry>& current,
                       Deadline deadline) {
  for (auto& wish : goal.attributes) {
    if (wish.attribute != attr::target) continue;
    const auto now = current ? targets_in(*current) : Dns();
    auto places = places_of(context, dns_of(wish.values), now, deadline);
    if (!places) return places.error();
    if (now.size() == 1 && places->size() == 1) {
      auto place = beside(context, now.front(), places->front(), deadline);
      if (!place) return place.error();
      places->front() = std::move(*place);
    }
    wish.values.clear();
    for (const auto& place : *places) wish.values.push_back(place.str());
  }
  return {};
}

}  // namespace dirbridge::provision
