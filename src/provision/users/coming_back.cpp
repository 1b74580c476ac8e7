#include "provision/users/coming_back.hpp"

#include <iterator>

#include "directory/vocabulary.hpp"
#include "provision/grants/removed_members.hpp"
#include "provision/groups/leaving.hpp"
#include "provision/members/waiting.hpp"
#include "provision/store/homes.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using directory::Filter;

constexpr int most_looks = 5;

// Not those whose own deletion waits, nor those that the user waits to leave already.
Result<std::vector<Entry>> groups_to_leave(const Context& context, const directory::Dn& user,
                                           Deadline deadline) {
  const auto filter = Filter::all_of({lists(context, user.str()), of_type(context, context.catalog.group),
                                      Filter::equal("objectClass", object_class::group),
                                      Filter::equal(attr::connection, context.rules.connection)});
  std::vector<Entry> out;
  for (const auto& base : homes(context, context.catalog.group)) {
    auto found = directory::search(
        context.directory, {base, directory::Scope::Subtree, filter, {attr::id, attr::target}, 0}, deadline);
    if (!found) return found.error();
    std::move(found->begin(), found->end(), std::back_inserter(out));
  }
  return out;
}

Result<> hold_member(const Context& context, const Entry& group, const directory::Dn& user,
                     Deadline deadline) {
  return write_entry(context, directory::at(group.dn, attributes_without_alias()),
                     {sync::including(attr::held_member, {user.str()})},
                     "a member was deleted and created anew", deadline);
}

Result<> leave_within_budget(const Context& context, const Entry& group, const Member& user,
                             Deadline deadline) {
  RemovedMembers removed(context, group.attributes.first(attr::id));
  MemberWish wish;
  wish.remove.push_back({user.id, user});
  if (auto decided = removed.hold_back(wish, deadline); !decided) return decided;
  auto done = wish.hold.empty() ? leave_group(context, group, user.dn, deadline)
                                : hold_member(context, group, user.dn, deadline);
  if (done) removed.landed(group.dn);
  return done;
}

}  // namespace

// A group that gets another name between the look and the change is found by the next look.
Result<> end_memberships(const Context& context, const Entry& home, Deadline deadline) {
  const std::string id(home.attributes.first(attr::id));
  for (const auto& name : names_of(home)) {
    const Member member{id, "User", {}, name};
    for (int look = 0; look < most_looks; ++look) {
      const auto groups = groups_to_leave(context, name, deadline);
      if (!groups) return groups.error();
      if (groups->empty()) break;
      for (const auto& group : *groups)
        if (auto done = leave_within_budget(context, group, member, deadline); !done) return done;
    }
  }
  return {};
}

}  // namespace dirbridge::provision
