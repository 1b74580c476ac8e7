#include "provision/group_members.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace dirbridge::provision {

namespace {

const std::vector<std::string>& values_of(const directory::Attributes& attributes,
                                          std::string_view attribute) {
  static const std::vector<std::string> none;
  const auto* values = attributes.find(attribute);
  return values ? *values : none;
}

const std::vector<std::string>& values_of(const directory::Entry& entry, std::string_view attribute) {
  return values_of(entry.attributes, attribute);
}

}  // namespace

Result<std::vector<std::string>> take_member_ids(boost::json::object& content) {
  std::vector<std::string> out;
  auto* members = content.if_contains("members");
  if (!members) return out;
  std::unordered_set<std::string> seen;
  if (members->is_array()) {
    for (const auto& member : members->get_array()) {
      const auto* value = member.is_object() ? member.get_object().if_contains("value") : nullptr;
      if (!value || !value->is_string())
        return error(ErrorKind::InvalidValue, "a member has no value", "members.value");
      std::string id(value->get_string());
      if (seen.insert(id).second) out.push_back(std::move(id));
    }
  }
  content.erase("members");
  return out;
}

mapping::MemberDelta delta_of(const std::vector<Resolved>& add, const std::vector<Resolved>& remove) {
  mapping::MemberDelta out;
  std::unordered_set<std::string> staying;  // one member may be named twice: by id and by externalId
  for (const auto& [wanted, member] : add) {
    if (member) {
      if (staying.insert(member->id).second) out.add.push_back(member->dn.str());
      out.pending_remove.push_back(wanted);
    } else {
      out.pending.push_back(wanted);
    }
  }
  for (const auto& [wanted, member] : remove) {
    if (member && staying.insert(member->id).second) out.remove.push_back(member->dn.str());
    out.pending_remove.push_back(wanted);
  }
  return out;
}

Result<mapping::MemberDelta> delta_to(const Context& context, const std::vector<Resolved>& wanted,
                                      const directory::Entry& group, Deadline deadline) {
  const auto& present = values_of(group, context.rules.group_shape.member_attribute);
  auto ours = name_members(context, present, deadline);
  if (!ours) return ours.error();
  mapping::MemberDelta out;
  std::unordered_set<std::string> here;
  std::unordered_set<std::string> keep;
  for (const auto& member : *ours) here.insert(member.id);
  for (const auto& [id, member] : wanted) {
    keep.insert(member ? member->id : id);
    if (!member)
      out.pending.push_back(id);
    else if (here.insert(member->id).second)
      out.add.push_back(member->dn.str());
  }
  for (const auto& member : *ours)
    if (!keep.contains(member.id)) out.remove.push_back(member.dn.str());
  for (const auto& id : values_of(group, "dirbridgePendingMember"))
    if (!keep.contains(id)) out.pending_remove.push_back(id);
  return out;
}

Result<boost::json::array> members_of(const Context& context, const directory::Entry& group,
                                      Deadline deadline) {
  auto members =
      name_members(context, values_of(group, context.rules.group_shape.member_attribute), deadline);
  if (!members) return members.error();
  return to_json(*members, values_of(group, "dirbridgePendingMember"));
}

Result<std::vector<boost::json::array>> members_of_all(const Context& context,
                                                       std::span<const Listing::Loaded> groups,
                                                       Deadline deadline) {
  const auto& member = context.rules.group_shape.member_attribute;
  std::unordered_map<std::string, const Member*> names;  // by the spelling in a group; null: not ours
  std::vector<std::string> spellings;
  for (const auto& group : groups)
    for (const auto& dn : values_of(group.attributes, member))
      if (names.emplace(dn, nullptr).second) spellings.push_back(dn);
  auto members = name_members(context, spellings, deadline);
  if (!members) return members.error();
  std::unordered_map<std::string, const Member*> by_name;
  for (const auto& one : *members) by_name.emplace(one.dn.normalized(), &one);
  for (auto& [spelling, one] : names) {
    const auto dn = directory::Dn::parse(spelling);
    const auto at = dn ? by_name.find(dn->normalized()) : by_name.end();
    if (at != by_name.end()) one = at->second;
  }
  std::vector<boost::json::array> out;
  for (const auto& group : groups) {
    std::vector<Member> own;
    for (const auto& dn : values_of(group.attributes, member))
      if (const auto* one = names.at(dn)) own.push_back(*one);
    std::sort(own.begin(), own.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    out.push_back(to_json(own, values_of(group.attributes, "dirbridgePendingMember")));
  }
  return out;
}

}  // namespace dirbridge::provision
