#include "provision/grants/target_rename.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/naming.hpp"
#include "provision/grants/target_names.hpp"
#include "provision/store/records.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

using directory::Dn;
using directory::Filter;
using directory::Scope;

Result<bool> used_by_others(const Context& context, const Dn& group, const Dn& own, const Filter& which,
                            Deadline deadline) {
  auto records = directory::search(context.directory,
                                   {context.rules.bridge_base,
                                    Scope::Subtree,
                                    Filter::all_of({Filter::equal(attr::target, group.str()), which}),
                                    {"1.1"},
                                    0},
                                   deadline);
  if (!records) return records.error();
  return std::any_of(records->begin(), records->end(), [&](const auto& entry) { return !(entry.dn == own); });
}

Result<std::optional<RenamedTarget>> rename_target(const Context& context, const SourceChange& change,
                                                   Deadline deadline) {
  const bool follows = context.rules.group_options.on_rename == mapping::GroupOptions::OnRename::Follow;
  const auto none = [] { return std::optional<RenamedTarget>(); };
  if (!follows || !change.was_on_the_fly || !change.on_the_fly) return none();
  if (change.before.size() != 1 || change.after.size() != 1) return none();
  const auto& from = change.before.front();
  const auto& to = change.after.front();
  if (from.str() == to.str()) return none();
  auto entry = directory::read(context.directory, from, {"objectClass", attr::connection}, deadline);
  if (!entry) return entry.error();
  auto shared = used_by_others(
      context, from, change.source,
      Filter::all_of({Filter::negation(Filter::equal(attr::id, by_hand_record(context, from).id)),
                      Filter::negation(Filter::equal(attr::kind, ended_kind))}),
      deadline);
  if (!shared) return shared.error();
  const bool ours = *entry && is_made_here(context, **entry);
  const bool mapped_to = mapping::is_mapping_target(context.rules.group_options, from);
  if (!ours || *shared || mapped_to || mapping::is_protected(context.rules.protected_entries, from)) {
    if (*entry) log::warning("group_not_renamed", {{"group", from.str()}, {"to", to.str()}});
    return none();
  }
  auto note = note_ended(context, change.id, {from, to}, {}, deadline);
  if (!note) return note.error();
  RenamedTarget out{context.locks.names().begin({from, to}), std::move(*note)};
  auto done = give_name(context, from, to, deadline);
  if (done) return std::optional(std::move(out));
  if (done.error().kind != ErrorKind::Uniqueness) return done.error();
  // Its members move to that one.
  if (auto gone = delete_entry(context, out.note, "the directory group keeps its name", deadline); !gone)
    return gone.error();
  return none();
}

}  // namespace dirbridge::provision
