#include "provision/store/noted_renames.hpp"

#include <iterator>

#include "base/log.hpp"
#include "directory/vocabulary.hpp"
#include "mapping/group_entry.hpp"
#include "provision/handover.hpp"
#include "provision/store/homes.hpp"
#include "provision/store/stored.hpp"
#include "provision/with_handover.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using directory::Filter;

const std::vector<std::string> read_of_noted{attr::id, attr::alias};

// Records of users and of groups have one base.
Filter is_of(const Context& context, const scim::ResourceType& type) {
  const auto user = Filter::any_of(
      {Filter::equal("objectClass", object_class::user), Filter::equal("objectClass", "inetOrgPerson")});
  return &type == &context.catalog.user ? user : Filter::negation(user);
}

Result<std::vector<Entry>> noted(const Context& context, const scim::ResourceType& type, const Filter& which,
                                 Deadline deadline) {
  std::vector<Entry> out;
  const auto ours = Filter::all_of(
      {which, Filter::equal(attr::connection, context.rules.connection), is_of(context, type)});
  for (const auto& base : homes(context, type)) {
    auto found = directory::search(context.directory,
                                   {base, directory::Scope::Subtree, ours, read_of_noted, 0}, deadline);
    if (!found) return found.error();
    std::move(found->begin(), found->end(), std::back_inserter(out));
  }
  return out;
}

// The record was to be written last: what it says is the name that was acknowledged. Where that name cannot
// be had, the entry keeps the one that it has.
Result<> give_recorded_name(const Context& context, const Entry& entry, Restore* restore, Deadline deadline) {
  const auto id = entry.attributes.first(attr::id);
  if (!id.empty()) {
    auto done = restore(context, id, deadline);
    if (done || is_asked_first(done.error())) return done;
    log::warning("rename_unsettled", {{"dn", entry.dn.str()}, {"detail", done.error().detail}});
    const auto kind = done.error().kind;
    if (kind == ErrorKind::Unavailable || kind == ErrorKind::Timeout || kind == ErrorKind::OutcomeUnknown)
      return done;
  }
  return context.reconciler.settle(directory::at(entry.dn, mapping::group_attributes()), deadline);
}

}  // namespace

Result<std::vector<Entry>> noted_renames(const Context& context, const scim::ResourceType& type,
                                         Deadline deadline) {
  return noted(context, type, Filter::present(attr::alias), deadline);
}

Result<> finish_rename(const Context& outer, const Entry& entry, Restore* restore, Deadline deadline) {
  return with_handover(outer, deadline, [&](const Context& context) -> Result<> {
    // A rename that is running holds these, and is not to be undone.
    auto held = context.locks.acquire({{id_key(entry.attributes.first(attr::id)), renames}, {}}, deadline);
    if (!held) return held.error();
    const auto now = directory::read(context.directory, entry.dn, read_of_noted, deadline);
    if (!now) return now.error();
    if (!*now || !(*now)->attributes.find(attr::alias)) return {};  // somebody has ended it
    if (auto done = finish_move(context, **now, deadline); !done) return done;
    log::info("rename_resumed", {{"dn", entry.dn.str()}});
    return give_recorded_name(context, **now, restore, deadline);
  });
}

Result<bool> finish_renames_of(const Context& context, const scim::ResourceType& type,
                               const directory::Dn& name, Restore* restore, Deadline deadline) {
  const auto renamed = noted(context, type, Filter::equal(attr::alias, name.str()), deadline);
  if (!renamed) return renamed.error();
  for (const auto& entry : *renamed)
    if (auto done = finish_rename(context, entry, restore, deadline); !done) return done.error();
  return !renamed->empty();
}

}  // namespace dirbridge::provision
