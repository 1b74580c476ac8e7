#include "provision/groups/leaving.hpp"

#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/grants.hpp"
#include "provision/grants/planned_change.hpp"
#include "provision/grants/source_leaving.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Scope;
using Goals = std::vector<sync::AttributeGoal>;

Result<> write_member(const Context& context, const SourceChange& what, const Goals& goals,
                      Deadline deadline) {
  auto done = context.reconciler.run(writing_member(context, what.source, what.after, goals), deadline);
  return done || done.error().kind == ErrorKind::NotFound ? Result<>() : Result<>(done.error());
}

Result<> try_to_change_member(const Context& context, SourceChange what, const Goals& goals,
                              Deadline deadline) {
  const NameWatch since(context.locks.names());
  auto now = directory::read(context.directory, what.source, {attr::target}, deadline);
  if (!now) return now.error();
  if (!*now) return {};
  what.before = what.after = targets_in(**now);
  return write_source(context, what, since, deadline,
                      [&] { return write_member(context, what, goals, deadline); });
}

// `what` has the member who comes or goes.
Result<> change_member(const Context& context, const Entry& group, SourceChange what, const Goals& goals,
                       Deadline deadline) {
  if (!mapping::is_record(context.rules, group.dn))
    return write_entry(context, directory::at(group.dn, attributes_without_alias()), goals,
                       "a member was deleted", deadline);
  what.id = group.attributes.first(attr::id);
  what.source = group.dn;
  return until_as_planned([&] { return try_to_change_member(context, what, goals, deadline); });
}

}  // namespace

namespace {

// Granting no more, but its directory groups have not followed yet: whoever is deleted has to leave it too,
// or its people stay in them.
Filter being_deleted() {
  return Filter::all_of({Filter::equal("objectClass", object_class::group), Filter::present(attr::deleted),
                         Filter::present(attr::target)});
}

}  // namespace

Result<std::vector<Entry>> groups_listing(const Context& context, const Dn& member, Deadline deadline) {
  const auto filter = Filter::all_of({Filter::equal(context.rules.group_shape.member_attribute, member.str()),
                                      Filter::any_of({granting(), being_deleted()}),
                                      Filter::equal(attr::connection, context.rules.connection)});
  std::vector<directory::SearchRequest> searches;
  for (const auto& base : homes(context, context.catalog.group))
    searches.push_back({base, Scope::Subtree, filter, {attr::id, attr::target}, 0});
  std::vector<Entry> out;
  auto answers = context.directory.search_all(searches, deadline);
  for (auto& found : answers) {
    if (!found) return found.error();
    std::move(found->begin(), found->end(), std::back_inserter(out));
  }
  return out;
}

std::vector<Result<>> leave_groups(const Context& context, std::span<const Entry> groups, const Dn& member,
                                   Deadline deadline) {
  std::vector<Result<>> out(groups.size());
  std::vector<directory::SearchRequest> finds;
  std::vector<std::size_t> entries;
  std::vector<Entry> records;
  std::vector<std::size_t> sources;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!mapping::is_record(context.rules, groups[i].dn)) {
      finds.push_back(directory::at(groups[i].dn, attributes_without_alias()));
      entries.push_back(i);
    } else if (groups.size() == 1) {
      out[i] = leave_group(context, groups[i], member, deadline);
    } else {
      records.push_back(groups[i]);
      sources.push_back(i);
    }
  }
  const auto left =
      write_entries(context, finds, without_member(context, member), "a member was deleted", deadline);
  for (std::size_t i = 0; i < left.size(); ++i) out[entries[i]] = left[i];
  if (records.empty()) return out;
  const auto followed = leave_sources(context, records, member, deadline);
  for (std::size_t i = 0; i < followed.size(); ++i) {
    const bool again = !followed[i] && followed[i].error().kind == ErrorKind::Conflict;
    out[sources[i]] = again ? leave_group(context, records[i], member, deadline) : followed[i];
  }
  return out;
}

Result<> leave_group(const Context& context, const Entry& group, const Dn& member, Deadline deadline) {
  SourceChange what;
  what.go = {member.str()};
  return change_member(context, group, what, without_member(context, member), deadline);
}

Result<> rejoin_group(const Context& context, const Entry& group, const Dn& member, Deadline deadline) {
  SourceChange what;
  what.come = {member.str()};
  return change_member(context, group, what,
                       {sync::including(context.rules.group_shape.member_attribute, {member.str()})},
                       deadline);
}

}  // namespace dirbridge::provision
