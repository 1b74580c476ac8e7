#include "provision/members/resolve.hpp"

#include <algorithm>
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
    auto entries = find_by_values(context, bases, attr::external_id, std::vector{id}, deadline);
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
  auto entries = find_by_values(context, bases, attribute, missing, deadline);
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

}  // namespace dirbridge::provision
