#include "provision/query/candidates.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/narrow.hpp"
#include "mapping/record.hpp"
#include "provision/members/delta.hpp"
#include "provision/members/identify.hpp"
#include "provision/members/waiting.hpp"
#include "provision/store/homes.hpp"

namespace dirbridge::provision {

using directory::Filter;

Result<Candidates> Candidates::make(const Context& context, const scim::ResourceType& type,
                                    const std::optional<scim::Filter>& filter, Deadline deadline) {
  Candidates out;
  if (!filter) return out;
  if (scim::mentions(*filter, "groups"))
    return error(
        ErrorKind::InvalidFilter,
        "users cannot be filtered by groups; ask /Groups for members.value eq \"id\", or read the group",
        "filter");
  const bool has_members = &type == &context.catalog.group;
  out.filter_ = &*filter;
  out.member_attribute_ = context.rules.group_shape.member_attribute;
  out.about_members_ = has_members && scim::mentions(*filter, "members");
  if (out.about_members_) {
    const auto asked = mapping::members_asked(*filter);
    out.all_members_ = asked.others;
    out.member_names_ = asked.names;
    if (auto done = out.look_up(context, asked.ids, deadline); !done) return done.error();
  }
  out.narrowed_ = mapping::narrow(*filter, [&](std::string_view id) {
    if (!has_members) return Filter::any_of({});
    const auto at = out.holding_.find(std::string(id));
    return at == out.holding_.end() ? Filter::equal(attr::pending_member, id) : at->second;
  });
  out.undecided_ = mapping::undecided(*filter);
  return out;
}

Result<> Candidates::look_up(const Context& context, const std::vector<std::string>& asked,
                             Deadline deadline) {
  auto resolved = resolve(context, asked, deadline);
  if (!resolved) return resolved.error();
  const auto bases = homes(context, context.catalog.group);
  std::vector<directory::SearchRequest> searches;
  for (const auto& [wanted, member, looked_up] : *resolved) {
    std::vector<Filter> any{Filter::equal(attr::pending_member, wanted)};
    if (member)
      for (const auto& name : names_of(*member)) any.push_back(lists(context, name));
    const auto holding = Filter::any_of(std::move(any));
    holding_.emplace(wanted, holding);
    for (const auto& base : bases)
      searches.push_back({base, directory::Scope::Subtree, holding, {attr::id}, 0});
  }
  auto found = context.directory.search_all(searches, deadline);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i]) return found[i].error();
    auto& groups = groups_of_[(*resolved)[i / bases.size()].wanted];
    for (const auto& group : *found[i]) groups.insert(ascii_lower(group.attributes.first(attr::id)));
  }
  return {};
}

std::vector<std::string> Candidates::members_asked() const {
  std::vector<std::string> out;
  for (const auto& [id, groups] : groups_of_) out.push_back(id);
  return out;
}

bool Candidates::ask_about(const std::vector<std::string>& ids) const {
  return std::any_of(groups_of_.begin(), groups_of_.end(), [&](const auto& asked) {
    return std::find(ids.begin(), ids.end(), ascii_lower(asked.first)) != ids.end();
  });
}

std::vector<std::string> Candidates::attributes(std::vector<std::string> base) const {
  if (all_members_) {
    base.push_back(member_attribute_);
    base.emplace_back(attr::pending_member);
    base.emplace_back(attr::held_member);
  }
  return base;
}

Result<json::array> Candidates::members(const Context& context, const directory::Entry& entry,
                                        std::string_view group_id, Deadline deadline) const {
  if (all_members_)
    return member_names_ ? members_of(context, entry, deadline) : member_ids_of(context, entry, deadline);
  json::array out;
  for (const auto& [member, groups] : groups_of_)
    if (groups.contains(std::string(group_id))) out.emplace_back(json::object{{"value", member}});
  return out;
}

Result<std::optional<json::object>> Candidates::match(const Context& context, const directory::Entry& entry,
                                                      const scim::ResourceType& type,
                                                      Deadline deadline) const {
  return evaluated(filter_, context, entry, type, deadline);
}

Result<std::optional<json::object>> Candidates::match_found(const Context& context,
                                                            const directory::Entry& entry,
                                                            const scim::ResourceType& type,
                                                            Deadline deadline) const {
  return evaluated(undecided_ ? &*undecided_ : nullptr, context, entry, type, deadline);
}

Result<std::optional<json::object>> Candidates::evaluated(const scim::Filter* filter, const Context& context,
                                                          const directory::Entry& entry,
                                                          const scim::ResourceType& type,
                                                          Deadline deadline) const {
  auto record = mapping::read_record(entry);
  if (!record && record.error().kind == ErrorKind::NotFound) return std::optional<json::object>();
  if (!record) return record.error();
  if (record->connection != context.rules.connection) return std::optional<json::object>();
  const std::string id = record->id;
  auto resource = mapping::to_resource(std::move(*record), type.name);
  if (!filter) return std::optional(std::move(resource));
  if (about_members_) {
    auto list = members(context, entry, id, deadline);
    if (!list) return list.error();
    resource["members"] = std::move(*list);
  }
  const bool matched = scim::matches(*filter, resource);
  resource.erase("members");
  if (!matched) return std::optional<json::object>();
  return std::optional(std::move(resource));
}

}  // namespace dirbridge::provision
