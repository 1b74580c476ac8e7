#include "provision/members.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/text.hpp"
#include "base/uuid.hpp"
#include "provision/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using directory::Filter;
using directory::Scope;
using directory::SearchRequest;

constexpr std::size_t ids_per_search = 100;

const std::vector<std::string> member_attributes{"objectClass",          "dirbridgeId",
                                                 "dirbridgeConnection",  "dirbridgeExternalId",
                                                 "dirbridgeDisplayName", "dirbridgeUserName"};

std::optional<Member> to_member(const Context& context, const Entry& entry) {
  const auto& a = entry.attributes;
  if (a.first("dirbridgeConnection") != context.rules.connection || a.first("dirbridgeId").empty())
    return std::nullopt;
  const bool group = a.has_value("objectClass", "dirbridgeGroup");
  auto display = a.first("dirbridgeDisplayName");
  if (display.empty()) display = a.first("dirbridgeUserName");
  return Member{ascii_lower(a.first("dirbridgeId")), group ? "Group" : "User", std::string(display),
                entry.dn};
}

// Searches for values of one attribute below each base, in batches that are in flight together.
Result<std::vector<Entry>> find_values(const Context& context, const std::vector<directory::Dn>& bases,
                                       std::string_view attribute, std::span<const std::string> values,
                                       Deadline deadline) {
  std::vector<SearchRequest> searches;
  for (std::size_t from = 0; from < values.size(); from += ids_per_search) {
    std::vector<Filter> any;
    for (const auto& value : values.subspan(from, std::min(ids_per_search, values.size() - from)))
      any.push_back(Filter::equal(attribute, value));
    for (const auto& base : bases)
      searches.push_back({base, Scope::Subtree, Filter::any_of(any), member_attributes, 0});
  }
  std::vector<Entry> out;
  for (auto& found : context.directory.search_all(searches, deadline)) {
    if (!found) return found.error();
    std::move(found->begin(), found->end(), std::back_inserter(out));
  }
  return out;
}

using Found = std::unordered_map<std::string, Member>;  // by the id or externalId that was asked for

// Ids are UUIDs, which compare without case; an externalId is exact.
std::string key_of(const std::string& wanted) {
  return is_uuid(wanted) ? ascii_lower(wanted) : wanted;
}

Result<> look_up(const Context& context, const std::vector<directory::Dn>& bases, std::string_view attribute,
                 std::span<const std::string> wanted, Found& found, Deadline deadline) {
  std::vector<std::string> missing;
  for (const auto& id : wanted)
    if (!found.contains(key_of(id)) && !found.contains(id) && (attribute != "dirbridgeId" || is_uuid(id)))
      missing.push_back(id);
  auto entries = find_values(context, bases, attribute, missing, deadline);
  if (!entries) return entries.error();
  for (const auto& entry : *entries)
    if (auto member = to_member(context, entry))
      found.emplace(attribute == "dirbridgeId" ? member->id : std::string(entry.attributes.first(attribute)),
                    std::move(*member));
  return {};
}

}  // namespace

Result<std::vector<Resolved>> resolve(const Context& context, std::span<const std::string> wanted,
                                      Deadline deadline) {
  const auto& rules = context.rules;
  Found found;
  // Nearly all members are users, by id: the dearer look-ups run only for what is left.
  if (auto done = look_up(context, {rules.user_base}, "dirbridgeId", wanted, found, deadline); !done)
    return done.error();
  if (found.size() < wanted.size()) {
    if (auto done = look_up(context, {rules.group_base}, "dirbridgeId", wanted, found, deadline); !done)
      return done.error();
    if (auto done = look_up(context, {rules.user_base, rules.group_base}, "dirbridgeExternalId", wanted,
                            found, deadline);
        !done)
      return done.error();
  }
  std::vector<Resolved> out;
  out.reserve(wanted.size());
  for (const auto& id : wanted) {
    auto at = found.find(key_of(id));
    if (at == found.end()) at = found.find(id);
    out.push_back({id, at == found.end() ? std::nullopt : std::optional(at->second)});
  }
  return out;
}

Result<Held> lock_and_resolve(const Context& context, Keys keys, const std::vector<std::string>& wanted,
                              Deadline deadline) {
  for (const auto& id : wanted) {
    keys.shared.push_back(id_key(id));
    keys.shared.push_back(external_id_key(id));
  }
  std::unordered_set<std::string> seen;
  for (;;) {
    auto held = context.locks.acquire(keys, deadline);
    if (!held) return held.error();
    auto members = resolve(context, wanted, deadline);
    if (!members) return members.error();
    // Who was found by externalId is locked under another name than its own: once more, with that.
    bool all_held = true;
    for (const auto& [name, member] : *members) {
      if (!member || !seen.insert(member->id).second || key_of(name) == member->id) continue;
      keys.shared.push_back(id_key(member->id));
      all_held = false;
    }
    if (all_held) return Held{std::move(*held), std::move(*members)};
  }
}

Result<std::vector<Member>> name_members(const Context& context, std::span<const std::string> dns,
                                         Deadline deadline) {
  const auto& rules = context.rules;
  std::vector<std::string> wanted;
  for (const auto& dn : dns)
    if (dn != rules.group_shape.placeholder.str()) wanted.push_back(dn);
  auto entries = find_values(context, {rules.user_base}, "entryDN", wanted, deadline);
  if (!entries) return entries.error();
  if (entries->size() < wanted.size() && !(rules.group_base == rules.user_base)) {
    std::unordered_set<std::string_view> users;
    for (const auto& entry : *entries) users.insert(entry.dn.str());
    std::erase_if(wanted, [&](const auto& dn) { return users.contains(dn); });
    auto groups = find_values(context, {rules.group_base}, "entryDN", wanted, deadline);
    if (!groups) return groups.error();
    std::move(groups->begin(), groups->end(), std::back_inserter(*entries));
  }
  std::vector<Member> out;
  out.reserve(entries->size());
  for (const auto& entry : *entries)
    if (auto member = to_member(context, entry)) out.push_back(std::move(*member));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  const auto same = [](const auto& a, const auto& b) { return a.id == b.id; };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

boost::json::array to_json(const std::vector<Member>& members, const std::vector<std::string>& pending) {
  boost::json::array out;
  out.reserve(members.size() + pending.size());
  for (const auto& member : members) {
    boost::json::object element{{"value", member.id}, {"type", member.type}};
    if (!member.display.empty()) element["display"] = member.display;
    out.emplace_back(std::move(element));
  }
  for (const auto& id : pending) out.emplace_back(boost::json::object{{"value", id}});
  return out;
}

}  // namespace dirbridge::provision
