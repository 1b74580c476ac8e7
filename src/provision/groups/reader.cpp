#include "provision/groups/reader.hpp"

#include <boost/json/array.hpp>

#include "directory/vocabulary.hpp"
#include "mapping/extension_entry.hpp"
#include "mapping/group_entry.hpp"
#include "provision/members/delta.hpp"
#include "provision/store/homes.hpp"

namespace dirbridge::provision {

GroupReader::GroupReader(const Context& context)
    : context_(context),
      type_(context.catalog.group),
      attributes_(mapping::with_extensions(mapping::group_attributes(), context.rules.group_attributes)),
      listing_({homes(context, context.catalog.group), object_class::group, mapping::record_attributes(),
                &context.catalog.group}) {}

Result<json::object> GroupReader::find(std::string_view id, Members members, Deadline deadline) {
  auto entry = find_entry(context_, type_, id, attributes(members), deadline);
  if (!entry) return entry.error();
  return shown(*entry, members, deadline);
}

Result<Opened> GroupReader::open(std::string_view id, Members members, Deadline deadline) {
  if (members == Members::Load && lists_.has(id)) {
    auto known = open_known(id, deadline);
    if (!known) return known.error();
    if (*known) return std::move(**known);
  }
  const auto forgotten = context_.member_ids.forgotten();
  auto entry = find_entry(context_, type_, id, attributes(members), deadline);
  if (!entry) return entry.error();
  const auto* values = entry->attributes.find(context_.rules.group_shape.member_attribute);
  if (!values || values->size() <= most_members_at_once) {
    auto whole = shown(*entry, members, deadline);
    if (!whole) return whole.error();
    return Opened{std::move(*whole)};
  }
  auto record = mapping::read_record(*entry);
  if (!record) return record.error();
  counts_.known(record->id, values->size());
  auto resource = shown(std::move(*record));
  if (members == Members::LoadNamed)
    return Opened{std::move(resource), stream_named(context_, std::move(*entry))};
  ListState state{std::string(id), std::string(entry->attributes.first("entryCSN")), forgotten};
  auto keep = [this, state = std::move(state)](MemberList list) { lists_.keep(state, std::move(list)); };
  return Opened{std::move(resource), stream_ids(context_, std::move(*entry), std::move(keep))};
}

Result<Selected> GroupReader::select(const Query& query, Age age, Deadline deadline) {
  return listing_.select(context_, query, age, deadline);
}

Result<std::vector<json::object>> GroupReader::load(std::span<const UuidBytes> ids, Selected& selected,
                                                    Members members, Deadline deadline) {
  std::vector<json::object> out;
  if (members == Members::Leave && !selected.read.empty()) {
    for (const auto& id : ids) out.push_back(std::move(selected.read.at(id).resource));
    return out;
  }
  auto loaded = listing_.load(context_, ids, attributes(members), deadline);
  if (!loaded) return loaded.error();
  std::vector<json::array> lists(loaded->size());
  if (members != Members::Leave) {
    auto all = members == Members::LoadNamed ? members_of_all(context_, *loaded, deadline)
                                             : member_ids_of_all(context_, *loaded, deadline);
    if (!all) return all.error();
    lists = std::move(*all);
  }
  for (std::size_t i = 0; i < lists.size(); ++i) {
    auto& resource = out.emplace_back(shown(std::move((*loaded)[i].record)));
    if (members != Members::Leave) counts_.known(text_of(resource, "id"), lists[i].size());
    if (!lists[i].empty()) resource["members"] = std::move(lists[i]);
  }
  return out;
}

Result<std::optional<Opened>> GroupReader::open_known(std::string_view id, Deadline deadline) {
  auto entry = find_entry(context_, type_, id, attributes_, deadline);
  if (!entry) return entry.error();
  auto list = lists_.find(
      {std::string(id), std::string(entry->attributes.first("entryCSN")), context_.member_ids.forgotten()});
  if (!list) return std::optional<Opened>();
  auto record = mapping::read_record(*entry);
  if (!record) return record.error();
  return std::optional(Opened{shown(std::move(*record)), stream_known(std::move(list))});
}

Result<std::unordered_set<std::string>> GroupReader::members_now(std::string_view id,
                                                                 const std::vector<std::string>& ids,
                                                                 Deadline deadline) const {
  std::unordered_set<std::string> out;
  if (ids.size() <= most_few_members) return out;
  auto entry = find_entry(context_, type_, id, attributes(Members::Load), deadline);
  if (!entry) return entry.error();
  const auto* present = entry->attributes.find(context_.rules.group_shape.member_attribute);
  if (!present) return out;
  auto members = identify(context_, *present, deadline);
  if (!members) return members.error();
  const auto here = ids_of(*members);
  for (const auto& wanted : ids)
    if (here.contains(wanted)) out.insert(wanted);
  return out;
}

void GroupReader::leave_many(Changed& changed) const {
  const auto& name = context_.rules.group_shape.member_attribute;
  const auto* values = changed.entry.attributes.find(name);
  if (!values || values->size() <= most_few_members) return;
  counts_.known(changed.after.id, values->size());
  changed.entry.attributes.set(name, {});
}

std::vector<std::string> GroupReader::attributes(Members members) const {
  return members == Members::Leave ? attributes_ : mapping::with_members(context_.rules, attributes_);
}

Result<json::object> GroupReader::shown(const directory::Entry& entry, Members members,
                                        Deadline deadline) const {
  auto record = mapping::read_record(entry);
  if (!record) return record.error();
  auto resource = shown(std::move(*record));
  if (members == Members::Leave) return resource;
  auto list = members == Members::LoadNamed ? members_of(context_, entry, deadline)
                                            : member_ids_of(context_, entry, deadline);
  if (!list) return list.error();
  counts_.known(text_of(resource, "id"), list->size());
  if (!list->empty()) resource["members"] = std::move(*list);
  return resource;
}

json::object GroupReader::shown(mapping::Record record) const {
  return mapping::to_resource(std::move(record), type_.name);
}

json::object GroupReader::shown(mapping::Record record, const std::vector<Resolved>& members) const {
  auto resource = shown(std::move(record));
  std::vector<Member> known;
  std::vector<std::string> pending;
  for (const auto& [wanted, member, looked_up] : members) {
    if (member)
      known.push_back(*member);
    else
      pending.push_back(wanted);
  }
  if (!members.empty()) resource["members"] = to_json(known, pending);
  return resource;
}

}  // namespace dirbridge::provision
