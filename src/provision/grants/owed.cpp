#include "provision/grants/owed.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/user_state.hpp"
#include "provision/grants/projection.hpp"
#include "provision/grants/target_names.hpp"
#include "provision/store/records.hpp"
#include "provision/store/stored.hpp"
#include "provision/store/turns.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using Texts = std::vector<std::string>;

// The caller holds the source group.
Result<> settle(const Context& context, const Note& note, Deadline deadline) {
  const NameWatch since(context.locks.names());
  const auto still = ending_note(context, note.dn, deadline);
  if (!still) return still.error();
  if (!*still) return {};
  const auto& [dn, source, targets, members] = **still;
  log::info("grants_settled", {{"source", source}});
  if (members.empty() && targets.size() == 2)  // in any order
    for (const auto& [recorded, given] :
         {std::pair(targets[0], targets[1]), std::pair(targets[1], targets[0])})
      if (auto done = take_back_name(context, recorded, given, deadline); !done) return done.error();
  auto users = users_of(context, members, since, deadline);
  if (!users) return users.error();
  for (const auto& group : targets)
    if (auto done = project(context, group, *users, since, deadline); !done) return done.error();
  return delete_entry(context, dn, "grants have ended", deadline);
}

Result<> settle_one(const Context& context, const Note& note, Deadline deadline) {
  // A change that is under way holds its group.
  auto lease = context.locks.acquire({{id_key(note.source)}, {}}, deadline);
  if (!lease) return lease.error();
  return settle(context, note, deadline);
}

}  // namespace

Result<Texts> users_of(const Context& context, const Texts& members, const NameWatch& since,
                       Deadline deadline) {
  auto users = users_among(context, members, since, deadline);
  if (!users) return users.error();
  return users->spellings();
}

Result<> settle_owed(const Context& context, std::string_view source, Deadline deadline) {
  auto records = ending_notes(context, deadline);
  if (!records) return records.error();
  for (const auto& record : *records)
    if (iequals(record.source, source))
      if (auto done = settle(context, record, deadline); !done) return done;
  return {};
}

Result<> follow_owed(const Context& context, const Dn& member, Deadline deadline) {
  const NameWatch since(context.locks.names());
  auto records = ending_notes(context, deadline);
  if (!records) return records.error();
  if (records->empty()) return {};
  auto users = users_of(context, {member.str()}, since, deadline);
  if (!users) return users.error();
  for (const auto& record : *records) {
    directory::DnSet named;
    for (const auto& one : record.members) named.insert(one);
    Texts concerned;
    for (const auto& user : *users)
      if (named.contains(user)) concerned.push_back(user);
    if (concerned.empty()) continue;
    for (const auto& group : record.targets)
      if (auto done = project(context, group, concerned, since, deadline); !done) return done.error();
  }
  return {};
}

Result<> complete_group(const Context& context, const Entry& home, Deadline deadline) {
  if (!mapping::is_record(context.rules, home.dn) || mapping::is_gone(home.attributes)) return {};
  if (auto done = settle_owed(context, home.attributes.first(attr::id), deadline); !done) return done;
  for (const auto& group : targets_in(home))
    if (auto done = project_all(context, group, deadline); !done) return done.error();
  return {};
}

Result<> settle_ended(const Context& context, Deadline deadline) {
  auto records = ending_notes(context, deadline);
  if (!records) return records.error();
  return each_in_turn(context, *records, deadline,
                      [&](const Note& record) { return settle_one(context, record, deadline); });
}

}  // namespace dirbridge::provision
