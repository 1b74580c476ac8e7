#include "provision/members/identify.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/uuid.hpp"
#include "directory/vocabulary.hpp"
#include "provision/members/resolve.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;

using NamesOfIds = std::unordered_map<std::string, std::string>;

// The entries with these DNs, below the user base or else another home.
Result<std::vector<Entry>> find_dns(const Context& context, std::vector<std::string> dns, Deadline deadline) {
  const auto& rules = context.rules;
  auto entries = find_by_values(context, {rules.user_base}, "entryDN", dns, deadline);
  const auto others = other_homes(context);
  if (!entries || entries->size() >= dns.size() || others.empty()) return entries;
  std::unordered_set<std::string_view> users;
  for (const auto& entry : *entries) users.insert(entry.dn.str());
  std::erase_if(dns, [&](const auto& dn) { return users.contains(dn); });
  auto more = find_by_values(context, others, "entryDN", dns, deadline);
  if (!more) return more.error();
  std::move(more->begin(), more->end(), std::back_inserter(*entries));
  return entries;
}

// Whom the others of these DNs name who has just got or is getting another one: filed under the DN.
Result<std::unordered_map<std::string, Member>> find_moved(const Context& context,
                                                           std::span<const std::string> dns,
                                                           const std::vector<Entry>& found,
                                                           Deadline deadline) {
  std::unordered_map<std::string, Member> out;
  const auto names = found.size() < dns.size() ? context.reconciler.moves().names() : NamesOfIds();
  if (names.empty()) return out;
  std::unordered_set<std::string> here;
  for (const auto& entry : found) here.insert(entry.dn.normalized());
  std::unordered_map<std::string, std::string> asked;  // DN by id
  std::vector<std::string> ids;
  for (const auto& spelling : dns) {
    const auto* id = find_spelled(names, spelling);
    const auto name = id ? directory::Dn::parse(spelling)->normalized() : std::string();
    if (id && !here.contains(name) && asked.emplace(*id, name).second) ids.push_back(*id);
  }
  if (ids.empty()) return out;
  auto members = resolve(context, ids, deadline);
  if (!members) return members.error();
  for (auto& one : *members)
    if (one.member && !here.contains(one.member->dn.normalized()))
      out.emplace(asked.at(one.wanted), std::move(*one.member));
  return out;
}

}  // namespace

using ByDn = std::unordered_map<std::string, Identity>;

// Who is found and stands in the list in a spelling that only the server takes for the same: asked one by
// one.
Result<> identify_spellings(const Context& context, std::span<const std::string> dns,
                            const std::vector<Entry>& entries, const ByDn& found,
                            std::vector<std::optional<Identity>>& known, Deadline deadline) {
  std::set<UuidBytes> named;
  for (const auto& identity : known)
    if (identity) named.insert(identity->id);
  ByDn others;  // by the server's spelling
  for (const auto& entry : entries)
    if (const auto at = found.find(entry.dn.normalized());
        at != found.end() && !named.contains(at->second.id))
      others.emplace(entry.dn.str(), at->second);
  for (std::size_t i = 0; i < dns.size() && !others.empty(); ++i) {
    const auto dn = known[i] ? Result<directory::Dn>(directory::Dn()) : directory::Dn::parse(dns[i]);
    if (!dn || dn->empty()) continue;
    auto there = directory::read(context.directory, *dn, {"1.1"}, deadline);
    if (!there) return there.error();
    const auto at = *there ? others.find((*there)->dn.str()) : others.end();
    if (at == others.end()) continue;
    known[i] = at->second;
    others.erase(at);
  }
  return {};
}

Result<std::vector<std::optional<Identity>>> identify(const Context& context,
                                                      std::span<const std::string> dns, Deadline deadline) {
  auto out = context.member_ids.find(dns);
  std::vector<std::string> unknown;
  for (std::size_t i = 0; i < dns.size(); ++i)
    if (!out[i] && dns[i] != context.rules.group_shape.placeholder.str()) unknown.push_back(dns[i]);
  if (unknown.empty()) return out;
  auto entries = find_dns(context, unknown, deadline);
  if (!entries) return entries.error();
  const auto moved = find_moved(context, unknown, *entries, deadline);
  if (!moved) return moved.error();
  ByDn found;
  const auto known = moved->empty() ? std::unordered_set<std::string>() : ids_of(out);
  for (const auto& [dn, member] : *moved)
    if (!known.contains(member.id)) found.emplace(dn, Identity{pack_uuid(member.id), member.type == "Group"});
  for (const auto& entry : *entries) {
    const auto member = to_member(context, entry);
    if (!member) continue;
    const Identity identity{pack_uuid(member->id), member->type == "Group"};
    context.member_ids.remember(entry.dn.str(), identity);
    found.emplace(entry.dn.normalized(), identity);
  }
  std::size_t named = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i]) continue;
    const auto* identity = find_spelled(found, dns[i]);
    if (!identity) continue;
    out[i] = *identity;
    ++named;
  }
  if (named < found.size())
    if (auto done = identify_spellings(context, dns, *entries, found, out, deadline); !done)
      return done.error();
  return out;
}

Result<> identify_renaming(const Context& context, std::span<const std::string> dns,
                           std::vector<std::optional<Identity>>& known, Deadline deadline) {
  std::vector<std::string> unknown;
  for (std::size_t i = 0; i < dns.size(); ++i)
    if (!known[i] && dns[i] != context.rules.group_shape.placeholder.str()) unknown.push_back(dns[i]);
  if (unknown.empty()) return {};
  auto bases = other_homes(context);
  bases.push_back(context.rules.user_base);
  auto entries = find_by_values(context, bases, attr::alias, unknown, deadline);
  if (!entries) return entries.error();
  std::unordered_map<std::string, Identity> found;
  for (const auto& entry : *entries)
    if (const auto member = to_member(context, entry))
      for (const auto& alias : sync::aliases(entry)) {
        const auto dn = directory::Dn::parse(alias);
        const auto there = dn ? directory::read(context.directory, *dn, {"1.1"}, deadline)
                              : Result<std::optional<Entry>>(dn.error());
        if (!there) return there.error();
        if (!*there)
          found.emplace(dn->normalized(), Identity{pack_uuid(member->id), member->type == "Group"});
      }
  for (std::size_t i = 0; i < known.size() && !found.empty(); ++i)
    if (const auto* identity = known[i] ? nullptr : find_spelled(found, dns[i])) known[i] = *identity;
  return {};
}

std::unordered_set<std::string> ids_of(const std::vector<std::optional<Identity>>& members) {
  std::unordered_set<std::string> out;
  for (const auto& member : members)
    if (member) out.insert(unpack_uuid(member->id));
  return out;
}

Result<std::vector<Member>> name_members(const Context& context, std::span<const std::string> dns,
                                         Deadline deadline) {
  std::vector<std::string> wanted;
  for (const auto& dn : dns)
    if (dn != context.rules.group_shape.placeholder.str()) wanted.push_back(dn);
  auto entries = find_dns(context, wanted, deadline);
  if (!entries) return entries.error();
  auto moved = find_moved(context, wanted, *entries, deadline);
  if (!moved) return moved.error();
  std::vector<Member> out;
  out.reserve(entries->size() + moved->size());
  for (auto& [dn, member] : *moved) out.push_back(std::move(member));
  for (const auto& entry : *entries)
    if (auto member = to_member(context, entry)) out.push_back(std::move(*member));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  const auto same = [](const auto& a, const auto& b) { return a.id == b.id; };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

boost::json::array to_json(const std::vector<std::optional<Identity>>& members,
                           const std::vector<std::string>& pending) {
  boost::json::array out;
  out.reserve(members.size() + pending.size());
  for (const auto& member : members)
    if (member)
      out.emplace_back(boost::json::object{{"value", unpack_uuid(member->id)},
                                           {"type", member->is_group ? "Group" : "User"}});
  for (const auto& id : pending) out.emplace_back(boost::json::object{{"value", id}});
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
