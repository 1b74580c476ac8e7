#include "provision/grants/grants.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/held.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/upward.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::DnSet;
using directory::Entry;
using directory::Filter;
using directory::Scope;
using directory::SearchRequest;

// Up to so many members are asked for one by one; for more whole lists are read.
constexpr std::size_t most_asked_singly = 64;

// The entries with these DNs that are there.
Result<std::vector<Entry>> read_all(const Context& context, std::span<const std::string> dns,
                                    Deadline deadline) {
  std::vector<Entry> out;
  std::vector<SearchRequest> searches;
  for (const auto& name : dns) {
    const auto dn = Dn::parse(name);
    if (dn)
      searches.push_back(directory::at(
          *dn, {"objectClass", attr::deleted, attr::held, context.rules.group_shape.member_attribute}));
  }
  for (auto& found : context.directory.search_all(searches, deadline)) {
    if (!found && found.error().kind == ErrorKind::NotFound) continue;
    if (!found) return found.error();
    std::move(found->begin(), found->end(), std::back_inserter(out));
  }
  return out;
}

// A member there may be a group; elsewhere it is a user.
bool may_be_group(const Context& context, const std::string& member) {
  const auto dn = Dn::parse(member);
  return dn && (dn->is_within(context.rules.bridge_base) || dn->is_within(context.rules.group_base));
}

struct Below {
  DnSet users;
  std::vector<std::string> groups;
};

Result<Below> look_below(const Context& context, const std::vector<std::string>& members, Deadline deadline) {
  Below out;
  DnSet seen;
  std::vector<std::string> groups;
  const auto sort = [&](const std::vector<std::string>& list) {
    for (const auto& member : list) {
      if (may_be_group(context, member)) {
        if (seen.insert(member)) groups.push_back(member);
      } else if (member != context.rules.group_shape.placeholder.str()) {
        out.users.insert(member);
      }
    }
  };
  sort(members);
  while (!groups.empty()) {
    auto entries = read_all(context, std::exchange(groups, {}), deadline);
    if (!entries) return entries.error();
    for (const auto& entry : *entries) {
      const bool group = entry.attributes.has_value("objectClass", object_class::group);
      if (!group && !entry.dn.is_within(context.rules.bridge_base)) out.users.insert(entry.dn.str());
      if (group && mapping::flattens(context.rules) && !mapping::is_gone(entry.attributes))
        sort(entry.attributes.values(context.rules.group_shape.member_attribute));
    }
  }
  out.groups = seen.spellings();
  return out;
}

Filter with_grants() {
  return Filter::any_of({Filter::equal("objectClass", object_class::group),
                         Filter::equal(attr::kind, default_kind), Filter::equal(attr::kind, held_kind)});
}

// Each once.
Result<> add_targets_above(Upward& upward, const std::vector<std::string>& names, std::vector<Dn>& out) {
  if (auto done = upward.ask(names); !done) return done;
  for (const auto& name : names) {
    const auto above = upward.above(name);
    if (!above) return above.error();
    for (const auto* group : *above)
      for (const auto& target : group->targets)
        if (std::find(out.begin(), out.end(), target) == out.end()) out.push_back(target);
  }
  return {};
}

}  // namespace

// As mapping::is_gone has it: a group whose deletion is held grants what it did.
Filter granting() {
  return Filter::all_of(
      {with_grants(), Filter::any_of({Filter::negation(Filter::present(attr::deleted)),
                                      Filter::equal(attr::held, mapping::held::removal),
                                      Filter::equal(attr::held, mapping::held::removal_rejected)})});
}

Filter granting(const Dn& group) {
  return Filter::all_of({Filter::equal(attr::target, group.str()), granting()});
}

Filter by_hand_of(const Dn& group) {
  return Filter::all_of({Filter::equal(attr::target, group.str()), Filter::equal(attr::kind, by_hand_kind)});
}

std::vector<std::string> chosen(std::span<const std::string> members, const std::vector<bool>& which) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < members.size(); ++i)
    if (which[i]) out.push_back(members[i]);
  return out;
}

Result<std::vector<std::string>> member_values(const Context& context, const Dn& entry, Deadline deadline) {
  const auto& member = context.rules.group_shape.member_attribute;
  auto found = directory::read(context.directory, entry, {member}, deadline);
  if (!found) return found.error();
  return *found ? (*found)->attributes.take(member) : std::vector<std::string>();
}

Result<bool> is_granted(const Context& context, const Dn& group, Deadline deadline) {
  auto records = directory::search(
      context.directory, {context.rules.bridge_base, Scope::Subtree, granting(group), {"1.1"}, 0}, deadline);
  if (!records) return records.error();
  return !records->empty();
}

Result<std::vector<bool>> listed(const Context& context, const SearchRequest& where,
                                 std::span<const std::string> members, Deadline deadline) {
  const auto& attribute = context.rules.group_shape.member_attribute;
  std::vector<bool> out(members.size());
  if (members.size() > most_asked_singly) {
    auto whole = where;
    whole.attributes = {attribute};
    auto entries = directory::search(context.directory, whole, deadline);
    if (!entries) return entries.error();
    DnSet all;
    for (const auto& entry : *entries)
      for (const auto& member : entry.attributes.values(attribute)) all.insert(member);
    for (std::size_t i = 0; i < members.size(); ++i) out[i] = all.contains(members[i]);
    return out;
  }
  std::vector<SearchRequest> searches;
  for (const auto& member : members) {
    auto one = where;
    one.filter = Filter::all_of({where.filter, Filter::equal(attribute, member)});
    one.attributes = {"1.1"};
    searches.push_back(std::move(one));
  }
  const auto found = context.directory.search_all(searches, deadline);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i]) return found[i].error();
    out[i] = !found[i]->empty();
  }
  return out;
}

Result<std::vector<std::string>> listed_in(const Context& context, const Dn& entry,
                                           std::span<const std::string> members, Deadline deadline) {
  const auto present = listed(context, directory::at(entry, {}), members, deadline);
  if (!present && present.error().kind == ErrorKind::NotFound) return std::vector<std::string>();
  if (!present) return present.error();
  return chosen(members, *present);
}

Result<DnSet> users_among(const Context& context, std::span<const std::string> members,
                          const NameWatch& since, Deadline deadline) {
  std::vector<std::string> users;
  std::vector<std::string> groups;
  for (const auto& member : members) (may_be_group(context, member) ? groups : users).push_back(member);
  for (std::uint64_t seen = 0;;) {
    if (const auto known = since.follow(groups, seen, deadline); !known) return known.error();
    auto below = look_below(context, groups, deadline);
    if (!below) return below.error();
    // One that got another name after it was read of is not found: once more.
    const auto renamed = since.follow(below->groups, seen, deadline);
    if (!renamed) return renamed.error();
    if (*renamed) continue;
    for (const auto& user : users)
      if (user != context.rules.group_shape.placeholder.str()) below->users.insert(user);
    return std::move(below->users);
  }
}

Result<std::vector<bool>> granted(const Context& context, const Dn& group, std::span<const std::string> users,
                                  Deadline deadline) {
  return granted_otherwise(context, group, users, {}, deadline);
}

Result<std::vector<bool>> granted_otherwise(const Context& context, const Dn& group,
                                            std::span<const std::string> users, std::string_view record,
                                            Deadline deadline) {
  auto which = granting(group);
  if (!record.empty())
    which = Filter::all_of({std::move(which), Filter::negation(Filter::equal(attr::id, record))});
  auto out =
      listed(context, {context.rules.bridge_base, Scope::Subtree, std::move(which), {}, 0}, users, deadline);
  if (!out || !mapping::flattens(context.rules)) return out;
  std::vector<std::string> others;
  for (std::size_t i = 0; i < users.size(); ++i)
    if (!(*out)[i]) others.push_back(users[i]);
  Upward upward(context, deadline);
  if (auto done = upward.ask(others); !done) return done.error();
  for (std::size_t i = 0; i < users.size(); ++i) {
    if ((*out)[i]) continue;
    auto above = upward.above(users[i]);
    if (!above) return above.error();
    (*out)[i] = std::any_of(above->begin(), above->end(), [&](const auto* source) {
      return !iequals(source->id, record) && contains(source->targets, group);
    });
  }
  return out;
}

Result<std::vector<bool>> granted_without(const Context& context, const Dn& group,
                                          std::span<const std::string> users, const Without& without,
                                          Deadline deadline) {
  Upward upward(context, deadline, granting(), &without);
  if (auto done = upward.ask(users); !done) return done.error();
  std::vector<bool> out(users.size());
  for (std::size_t i = 0; i < users.size(); ++i) {
    auto above = upward.above(users[i]);
    if (!above) return above.error();
    out[i] = std::any_of(above->begin(), above->end(),
                         [&](const auto* source) { return contains(source->targets, group); });
  }
  return out;
}

Result<std::vector<bool>> by_hand(const Context& context, const Dn& group, std::span<const std::string> users,
                                  Deadline deadline) {
  return listed(context, {context.rules.bridge_base, Scope::Subtree, by_hand_of(group), {}, 0}, users,
                deadline);
}

Result<DnSet> all_granted(const Context& context, const Dn& group, Deadline deadline) {
  const NameWatch since(context.locks.names());
  const auto& member = context.rules.group_shape.member_attribute;
  auto records = directory::search(
      context.directory, {context.rules.bridge_base, Scope::Subtree, granting(group), {member}, 0}, deadline);
  if (!records) return records.error();
  DnSet all;
  for (const auto& record : *records)
    for (const auto& one : record.attributes.values(member)) all.insert(one);
  return users_among(context, all.spellings(), since, deadline);
}

namespace {

Result<std::vector<Dn>> targets_of(const Context& context, const Dn& member, Filter which,
                                   Deadline deadline) {
  std::vector<Dn> out;
  if (!mapping::flattens(context.rules)) return out;
  Upward upward(context, deadline, std::move(which));
  const auto added = add_targets_above(upward, {member.str()}, out);
  return added ? Result<std::vector<Dn>>(std::move(out)) : added.error();
}

}  // namespace

Result<std::vector<Dn>> targets_above(const Context& context, const Dn& member, Deadline deadline) {
  return targets_of(context, member, with_grants(), deadline);
}

Result<std::vector<Dn>> granted_from_above(const Context& context, const Dn& member, Deadline deadline) {
  return targets_of(context, member, granting(), deadline);
}

Result<std::vector<Dn>> targets_above(const Context& context, std::span<const Dn> sources,
                                      const NameWatch& since, Deadline deadline) {
  std::vector<Dn> out;
  if (!mapping::flattens(context.rules)) return out;
  std::vector<std::string> names;
  for (const auto& source : sources) names.push_back(source.str());
  for (std::uint64_t seen = 0;;) {
    if (const auto known = since.follow(names, seen, deadline); !known) return known.error();
    Upward upward(context, deadline, with_grants());
    if (const auto added = add_targets_above(upward, names, out); !added) return added.error();
    const auto renamed = since.follow(names, seen, deadline);
    if (!renamed) return renamed.error();
    if (!*renamed) return out;
  }
}

}  // namespace dirbridge::provision
