#include "provision/groups/held_deletion.hpp"

#include "directory/time.hpp"
#include "directory/vocabulary.hpp"
#include "provision/store/homes.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using directory::Filter;
using directory::SearchRequest;

Result<> write(const Context& context, const SearchRequest& home, const Precondition& precondition,
               const std::vector<sync::AttributeGoal>& goals, const std::string& reason, Deadline deadline) {
  ResourceEdit wish;
  wish.find = home;
  wish.precondition = precondition;
  wish.edit = [&](const mapping::Record&, const Entry& entry) -> Result<sync::EntryGoal> {
    return sync::EntryGoal{sync::EntryGoal::Presence::Present, entry.dn, goals, reason, {}, {}};
  };
  auto changed = change(context, wish, deadline);
  context.member_ids.forget(home.base);
  return changed ? Result<>() : Result<>(changed.error());
}

}  // namespace

Result<> hold_deletion(const Context& context, const SearchRequest& home, const Precondition& precondition,
                       const std::string& reason, Deadline deadline) {
  return write(context, home, precondition,
               {sync::exactly(attr::deleted, {directory::to_generalized_time(context.clock.now())}),
                sync::including(attr::held, {held::removal})},  // a disabling may wait beside it
               reason, deadline);
}

Result<> reject_deletion(const Context& context, const SearchRequest& home, const Precondition& precondition,
                         Deadline deadline) {
  return write(
      context, home, precondition,
      {sync::excluding(attr::held, {held::removal}), sync::including(attr::held, {held::removal_rejected})},
      "a held removal is rejected", deadline);
}

Result<Entry> find_waiting(const Context& context, const scim::ResourceType& type, std::string_view id,
                           const std::vector<std::string_view>& waiting, std::vector<std::string> attributes,
                           Deadline deadline) {
  std::vector<Filter> any;
  for (const auto value : waiting) any.push_back(Filter::equal(attr::held, value));
  const auto waits =
      Filter::all_of({Filter::equal(attr::id, id), Filter::equal(attr::connection, context.rules.connection),
                      Filter::any_of(std::move(any))});
  for (const auto& base : homes(context, type)) {
    auto found = directory::search(context.directory, {base, directory::Scope::Subtree, waits, attributes, 0},
                                   deadline);
    if (!found) return found.error();
    if (!found->empty()) return std::move(found->front());
  }
  return nothing_waits(id);
}

}  // namespace dirbridge::provision
