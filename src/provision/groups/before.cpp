#include "provision/groups/before.hpp"

#include <iterator>

#include "directory/vocabulary.hpp"
#include "mapping/extension_entry.hpp"
#include "mapping/group_entry.hpp"
#include "mapping/user_entry.hpp"
#include "provision/grants/source_change.hpp"
#include "provision/groups/arrival.hpp"
#include "provision/groups/leaving.hpp"
#include "provision/groups/pending.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

using directory::Dn;

std::vector<std::string> attributes_to_restore(const Context& context, const scim::ResourceType& type) {
  const auto& rules = context.rules;
  if (&type == &context.catalog.user) return mapping::user_attributes(rules);
  return mapping::with_members(rules,
                               mapping::with_extensions(mapping::group_attributes(), rules.group_attributes));
}

Result<> look_before(const Context& context, const scim::ResourceType& type, const json::object& content,
                     const Dn* home, Before& before, Deadline deadline) {
  before = {};
  if (!home) return {};
  auto entry = directory::read(context.directory, *home, attributes_to_restore(context, type), deadline);
  if (!entry) return entry.error();
  before.home = std::move(*entry);
  auto groups = groups_listing(context, *home, deadline);
  if (!groups) return groups.error();
  before.groups = std::move(*groups);
  std::vector<std::string> names;
  if (auto external_id = text_of(content, "externalId"); !external_id.empty())
    names.push_back(std::move(external_id));
  if (before.home && before.home->attributes.find(attr::id))
    names.emplace_back(before.home->attributes.first(attr::id));
  for (auto& name : names) {
    Before::Waiting waiting{name, {}};
    for (const auto& search : waiting_groups(context, {name})) {
      auto found = directory::search(context.directory, search, deadline);
      if (!found) return found.error();
      std::move(found->begin(), found->end(), std::back_inserter(waiting.groups));
    }
    before.waiting.push_back(std::move(waiting));
  }
  return {};
}

Result<> look_before_group(const Context& context, const Arrival& arrival, const Dn* home, Before& before,
                           Deadline deadline) {
  if (auto seen = look_before(context, *arrival.type, arrival.content, home, before, deadline); !seen)
    return seen;
  for (const auto& target : change_of(context.rules, arrival.id, std::nullopt, arrival.goal).after) {
    auto there = directory::read(context.directory, target, {"1.1"}, deadline);
    if (!there) return there.error();
    before.has_targets = before.has_targets || *there;
  }
  return {};
}

}  // namespace dirbridge::provision
