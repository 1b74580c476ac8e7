#include "provision/members/delta.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "directory/vocabulary.hpp"
#include "provision/members/waiting.hpp"

namespace dirbridge::provision {

namespace {

// The DNs in these groups, each once.
std::vector<std::string> spellings(std::span<const Loaded> groups, std::string_view member) {
  std::unordered_set<std::string_view> seen;
  std::vector<std::string> out;
  for (const auto& group : groups)
    for (const auto& dn : group.attributes.values(member))
      if (seen.insert(dn).second) out.push_back(dn);
  return out;
}

// All of `wanted` but those that are said to be in the group and are: who has left it meanwhile is looked up
// now.
Result<std::vector<Resolved>> not_here(const Context& context, const std::vector<Resolved>& wanted,
                                       const std::unordered_set<std::string>& here, Deadline deadline) {
  std::vector<Resolved> out;
  std::vector<std::string> left;
  for (const auto& named : wanted) {
    if (named.looked_up)
      out.push_back(named);
    else if (!here.contains(named.wanted))
      left.push_back(named.wanted);
  }
  if (left.empty()) return out;
  auto found = resolve(context, left, deadline);
  if (!found) return found.error();
  std::move(found->begin(), found->end(), std::back_inserter(out));
  return out;
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
  for (const auto& [wanted, member, looked_up] : add) {
    if (member) {
      if (staying.insert(member->id).second) out.add.push_back(member->dn.str());
      out.pending_remove.push_back(wanted);
    } else {
      out.pending.push_back(wanted);
    }
  }
  for (const auto& [wanted, member, looked_up] : remove) {
    if (member && staying.insert(member->id).second)
      for (auto& name : names_of(*member)) out.remove.push_back(std::move(name));
    out.pending_remove.push_back(wanted);
  }
  return out;
}

Result<mapping::MemberDelta> delta_to(const Context& context, const std::vector<Resolved>& wanted,
                                      const directory::Entry& group, Deadline deadline) {
  std::vector<std::string> room;
  const auto& present = visible_members(group.attributes, context.rules.group_shape.member_attribute, room);
  auto ours = identify(context, present, deadline);
  if (!ours) return ours.error();
  if (auto done = identify_renaming(context, present, *ours, deadline); !done) return done.error();
  mapping::MemberDelta out;
  auto here = ids_of(*ours);
  std::unordered_set<std::string> keep;
  auto others = not_here(context, wanted, here, deadline);
  if (!others) return others.error();
  for (const auto& named : wanted)
    if (!named.looked_up) keep.insert(named.wanted);
  for (const auto& [id, member, looked_up] : *others) {
    keep.insert(member ? member->id : id);
    if (!member)
      out.pending.push_back(id);
    else if (here.insert(member->id).second)
      out.add.push_back(member->dn.str());
  }
  // A DN may have come to another resource since it was identified: what comes does not go.
  const std::unordered_set<std::string_view> coming(out.add.begin(), out.add.end());
  for (std::size_t i = 0; i < present.size(); ++i)
    if ((*ours)[i] && !keep.contains(unpack_uuid((*ours)[i]->id)) && !coming.contains(present[i]))
      out.remove.push_back(present[i]);
  for (const auto& id : group.attributes.values(attr::pending_member))
    if (!keep.contains(id)) out.pending_remove.push_back(id);
  return out;
}

Result<boost::json::array> members_of(const Context& context, const directory::Entry& group,
                                      Deadline deadline) {
  std::vector<std::string> room;
  auto members = name_members(
      context, visible_members(group.attributes, context.rules.group_shape.member_attribute, room), deadline);
  if (!members) return members.error();
  return to_json(*members, group.attributes.values(attr::pending_member));
}

Result<boost::json::array> member_ids_of(const Context& context, const directory::Entry& group,
                                         Deadline deadline) {
  std::vector<std::string> room;
  auto members = identify(
      context, visible_members(group.attributes, context.rules.group_shape.member_attribute, room), deadline);
  if (!members) return members.error();
  return to_json(*members, group.attributes.values(attr::pending_member));
}

Result<std::vector<boost::json::array>> members_of_all(const Context& context, std::span<const Loaded> groups,
                                                       Deadline deadline) {
  const auto& member = context.rules.group_shape.member_attribute;
  const auto names = spellings(groups, member);
  auto members = name_members(context, names, deadline);
  if (!members) return members.error();
  std::unordered_map<std::string, const Member*> found;
  for (const auto& one : *members) found.emplace(one.dn.normalized(), &one);
  std::unordered_map<std::string_view, const Member*> by_spelling;
  for (const auto& name : names)
    if (const auto* one = find_spelled(found, name)) by_spelling.emplace(name, *one);
  std::vector<boost::json::array> out;
  for (const auto& group : groups) {
    std::vector<Member> own;
    std::vector<std::string> room;
    for (const auto& dn : visible_members(group.attributes, member, room))
      if (const auto at = by_spelling.find(dn); at != by_spelling.end()) own.push_back(*at->second);
    std::sort(own.begin(), own.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    out.push_back(to_json(own, group.attributes.values(attr::pending_member)));
  }
  return out;
}

Result<std::vector<boost::json::array>> member_ids_of_all(const Context& context,
                                                          std::span<const Loaded> groups, Deadline deadline) {
  const auto& member = context.rules.group_shape.member_attribute;
  const auto names = spellings(groups, member);
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < names.size(); ++i) places.emplace(names[i], i);
  const auto known = identify(context, names, deadline);
  if (!known) return known.error();
  std::vector<boost::json::array> out;
  for (const auto& group : groups) {
    std::vector<std::optional<Identity>> own;
    std::vector<std::string> room;
    for (const auto& dn : visible_members(group.attributes, member, room))
      own.push_back((*known)[places.at(dn)]);
    out.push_back(to_json(own, group.attributes.values(attr::pending_member)));
  }
  return out;
}

}  // namespace dirbridge::provision
