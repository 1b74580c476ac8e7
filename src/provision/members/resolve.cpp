#include "provision/members/resolve.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/text.hpp"
#include "base/uuid.hpp"
#include "directory/matching.hpp"
#include "directory/vocabulary.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using directory::Filter;
using directory::Scope;
using directory::SearchRequest;

constexpr std::size_t ids_per_search = 100;

const std::vector<std::string> member_attributes{"objectClass",     attr::id,           attr::connection,
                                                 attr::external_id, attr::display_name, attr::user_name,
                                                 attr::deleted,     attr::alias};

std::vector<std::string> other_names(const Entry& entry) {
  auto out = sync::aliases(entry);
  std::erase_if(out, [&](const auto& alias) {
    const auto dn = directory::Dn::parse(alias);
    return !dn || *dn == entry.dn;
  });
  return out;
}

std::optional<Member> to_member(const Context& context, const Entry& entry) {
  const auto& a = entry.attributes;
  if (a.first(attr::connection) != context.rules.connection || a.first(attr::id).empty() ||
      a.find(attr::deleted))
    return std::nullopt;
  const bool group = a.has_value("objectClass", object_class::group);
  auto display = a.first(attr::display_name);
  if (display.empty()) display = a.first(attr::user_name);
  return Member{ascii_lower(a.first(attr::id)), group ? "Group" : "User", std::string(display), entry.dn,
                other_names(entry)};
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

// Where users and groups may be besides the user base, where nearly all members are.
std::vector<directory::Dn> other_homes(const Context& context) {
  std::vector<directory::Dn> out;
  for (const auto* type : {&context.catalog.user, &context.catalog.group})
    for (auto& base : homes(context, *type))
      if (!(base == context.rules.user_base) && std::find(out.begin(), out.end(), base) == out.end())
        out.push_back(std::move(base));
  return out;
}

using NamesOfIds = std::unordered_map<std::string, std::string>;

using Found = std::unordered_map<std::string, Member>;  // by the id or externalId that was asked for

// Ids are UUIDs, which compare without case; an externalId is exact, but for blanks.
std::string key_of(const std::string& wanted) {
  return is_uuid(wanted) ? ascii_lower(wanted) : directory::sure_key(attr::external_id, wanted);
}

// Somebody was found by a spelling that only the server takes for the same: asked one by one.
Result<> look_up_spellings(const Context& context, const std::vector<directory::Dn>& bases,
                           const std::vector<std::string>& wanted, Found& found, Deadline deadline) {
  for (const auto& id : wanted) {
    if (found.contains(key_of(id))) continue;
    auto entries = find_values(context, bases, attr::external_id, std::vector{id}, deadline);
    if (!entries) return entries.error();
    for (const auto& entry : *entries)
      if (auto member = to_member(context, entry)) found.emplace(key_of(id), std::move(*member));
  }
  return {};
}

Result<> look_up(const Context& context, const std::vector<directory::Dn>& bases, std::string_view attribute,
                 std::span<const std::string> wanted, Found& found, Deadline deadline) {
  std::vector<std::string> missing;
  for (const auto& id : wanted)
    if (!found.contains(key_of(id)) && (attribute != attr::id || is_uuid(id))) missing.push_back(id);
  auto entries = find_values(context, bases, attribute, missing, deadline);
  if (!entries) return entries.error();
  const bool by_id = attribute == attr::id;
  std::unordered_set<std::string> asked;
  for (const auto& id : missing) asked.insert(key_of(id));
  bool all_named = true;
  for (const auto& entry : *entries)
    if (auto member = to_member(context, entry)) {
      auto key = key_of(by_id ? member->id : std::string(entry.attributes.first(attribute)));
      all_named = all_named && asked.contains(key);
      found.emplace(std::move(key), std::move(*member));
    }
  return by_id || all_named ? Result<>() : look_up_spellings(context, bases, missing, found, deadline);
}

// A name that was given up, or not taken yet, may be somebody else's by now.
Result<> drop_names_of_others(const Context& context, Found& found, Deadline deadline) {
  for (auto& [wanted, member] : found) {
    std::vector<std::string> own;
    for (auto& name : member.other_names) {
      const auto there =
          directory::read(context.directory, *directory::Dn::parse(name), {attr::id}, deadline);
      if (!there) return there.error();
      if (!*there || iequals((*there)->attributes.first(attr::id), member.id)) own.push_back(name);
    }
    member.other_names = std::move(own);
  }
  return {};
}

}  // namespace

std::vector<std::string> names_of(const Member& member) {
  std::vector<std::string> out{member.dn.str()};
  out.insert(out.end(), member.other_names.begin(), member.other_names.end());
  return out;
}

std::vector<directory::Dn> names_of(const Entry& home) {
  std::vector<directory::Dn> out{home.dn};
  for (const auto& name : other_names(home)) out.push_back(*directory::Dn::parse(name));
  return out;
}

Result<std::vector<Resolved>> resolve(const Context& context, std::span<const std::string> wanted,
                                      Deadline deadline) {
  const auto& rules = context.rules;
  Found found;
  // Nearly all members are users, by id: the dearer look-ups run only for what is left.
  if (auto done = look_up(context, {rules.user_base}, attr::id, wanted, found, deadline); !done)
    return done.error();
  if (found.size() < wanted.size()) {
    auto bases = other_homes(context);
    if (auto done = look_up(context, bases, attr::id, wanted, found, deadline); !done) return done.error();
    bases.insert(bases.begin(), rules.user_base);
    if (auto done = look_up(context, bases, attr::external_id, wanted, found, deadline); !done)
      return done.error();
  }
  if (auto done = drop_names_of_others(context, found, deadline); !done) return done.error();
  std::vector<Resolved> out;
  out.reserve(wanted.size());
  for (const auto& id : wanted) {
    const auto at = found.find(key_of(id));
    out.push_back({id, at == found.end() ? std::nullopt : std::optional(at->second)});
  }
  return out;
}

Result<LockedMembers> lock_and_resolve(const Context& context, Keys keys,
                                       const std::vector<std::string>& wanted, Deadline deadline) {
  return lock_and_resolve_others(context, std::move(keys), wanted, {}, deadline);
}

Result<LockedMembers> lock_and_resolve_others(const Context& context, Keys keys,
                                              const std::vector<std::string>& wanted,
                                              const std::unordered_set<std::string>& present,
                                              Deadline deadline) {
  std::vector<std::string> others;
  for (const auto& id : wanted) {
    keys.shared.push_back(id_key(id));
    keys.shared.push_back(external_id_key(id));
    if (!present.contains(id)) others.push_back(id);
  }
  std::unordered_set<std::string> seen;
  for (;;) {
    auto lease = context.locks.acquire(keys, deadline);
    if (!lease) return lease.error();
    auto members = resolve(context, others, deadline);
    if (!members) return members.error();
    // Who was found by externalId is locked under another name than its own: once more, with that.
    bool all_held = true;
    for (const auto& [name, member, looked_up] : *members) {
      if (!member || !seen.insert(member->id).second || key_of(name) == member->id) continue;
      keys.shared.push_back(id_key(member->id));
      all_held = false;
    }
    if (!all_held) continue;
    for (const auto& id : wanted)
      if (present.contains(id)) members->push_back({id, std::nullopt, false});
    return LockedMembers{std::move(*lease), std::move(*members)};
  }
}

namespace {

// The entries with these DNs, below the user base or else another home.
Result<std::vector<Entry>> find_dns(const Context& context, std::vector<std::string> dns, Deadline deadline) {
  const auto& rules = context.rules;
  auto entries = find_values(context, {rules.user_base}, "entryDN", dns, deadline);
  const auto others = other_homes(context);
  if (!entries || entries->size() >= dns.size() || others.empty()) return entries;
  std::unordered_set<std::string_view> users;
  for (const auto& entry : *entries) users.insert(entry.dn.str());
  std::erase_if(dns, [&](const auto& dn) { return users.contains(dn); });
  auto more = find_values(context, others, "entryDN", dns, deadline);
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
  auto entries = find_values(context, bases, attr::alias, unknown, deadline);
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
