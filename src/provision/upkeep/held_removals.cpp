#include "provision/upkeep/held_removals.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "directory/vocabulary.hpp"
#include "provision/grants/grants.hpp"
#include "provision/removals.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Filter;

void append(const directory::Entry& entry, std::vector<HeldRemoval>& out) {
  const auto& a = entry.attributes;
  const bool is_user = !a.first(attr::user_name).empty();
  HeldRemoval one;
  one.id = a.first(attr::id);
  one.name = a.first(is_user ? attr::user_name : attr::display_name);
  one.dn = entry.dn;
  if (a.first(attr::kind) == held_kind)
    for (const auto& group : targets_in(entry)) {
      one.dn = group;
      one.name = group.rdn().value();
    }
  auto record = mapping::read_record(entry);
  one.changed = record ? record->last_modified : std::string(a.first("modifyTimestamp"));
  const auto push = [&](sync::Removal removal) {
    out.push_back(one);
    out.back().removal = removal;
  };
  if (held::has(a, held::removal))
    push(is_user ? sync::Removal::Delete : sync::Removal::GroupDelete);
  else if (held::has(a, held::disable))
    push(sync::Removal::Disable);
  one.members = a.values(attr::held_member);
  if (!one.members.empty()) push(sync::Removal::MemberRemoval);
}

}  // namespace

Result<std::vector<HeldRemoval>> held_removals(const Context& context, Deadline deadline) {
  const auto waiting = Filter::all_of(
      {Filter::any_of({Filter::equal(attr::held, held::disable), Filter::equal(attr::held, held::removal),
                       Filter::present(attr::held_member)}),
       Filter::equal(attr::connection, context.rules.connection)});
  auto attributes = mapping::record_attributes();
  for (const auto* name :
       {attr::user_name, attr::display_name, attr::held, attr::held_member, attr::kind, attr::target})
    attributes.emplace_back(name);
  std::vector<HeldRemoval> out;
  std::unordered_set<std::string> seen;  // one base may lie within another
  auto bases = homes(context, context.catalog.user);
  for (auto& base : homes(context, context.catalog.group)) bases.push_back(std::move(base));
  for (const auto& base : bases) {
    auto done = context.directory.search({base, directory::Scope::Subtree, waiting, attributes, 1'000},
                                         deadline, [&](directory::Entry&& entry) {
                                           if (seen.insert(entry.dn.str()).second) append(entry, out);
                                           return true;
                                         });
    if (!done) return done.error();
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::tie(a.removal, a.name, a.id) < std::tie(b.removal, b.name, b.id);
  });
  return out;
}

}  // namespace dirbridge::provision
