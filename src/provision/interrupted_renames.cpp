#include "provision/interrupted_renames.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "mapping/group_entry.hpp"
#include "provision/converge_groups.hpp"
#include "provision/homes.hpp"
#include "provision/leaving.hpp"
#include "provision/stored.hpp"
#include "provision/turns.hpp"
#include "provision/user_change.hpp"

namespace dirbridge::provision {

namespace {

using directory::Entry;
using directory::Filter;

const std::vector<std::string>& read_of_noted() {
  static const std::vector<std::string> names{"dirbridgeId", "dirbridgeUserName", "dirbridgeAlias"};
  return names;
}

// Each once: records of users and of groups have one base.
std::vector<directory::Dn> all_homes(const Context& context) {
  auto out = homes(context, context.catalog.user);
  for (auto& base : homes(context, context.catalog.group))
    if (std::find(out.begin(), out.end(), base) == out.end()) out.push_back(std::move(base));
  return out;
}

Result<std::vector<Entry>> noted(const Context& context, const Filter& which, Deadline deadline) {
  std::vector<Entry> out;
  const auto ours = Filter::all_of({which, Filter::equal("dirbridgeConnection", context.rules.connection)});
  for (const auto& base : all_homes(context)) {
    auto found = directory::search(context.directory,
                                   {base, directory::Scope::Subtree, ours, read_of_noted(), 0}, deadline);
    if (!found) return found.error();
    std::move(found->begin(), found->end(), std::back_inserter(out));
  }
  return out;
}

Result<> restore_user(const Context& context, std::string_view id, Deadline deadline) {
  // Nobody asks for access to be taken away: what cannot be finished is tried again by the next run.
  const NewUser as_it_is = [](const mapping::Record& record) -> Result<UserWish> {
    return UserWish{record.content};
  };
  const auto done = change_user(context, id, {}, as_it_is, "finish an interrupted rename", deadline);
  return done ? Result<>() : Result<>(done.error());
}

Result<> restore_group(const Context& context, std::string_view id, Deadline deadline) {
  const auto done = converge_group(context, id, mapping::group_attributes(), deadline);
  return done ? Result<>() : Result<>(done.error());
}

// The record was to be written last: what it says is the name that was acknowledged. Where that name cannot
// be had, the entry keeps the one that it has.
Result<> give_recorded_name(const Context& context, const directory::Entry& entry, Deadline deadline) {
  const auto id = entry.attributes.first("dirbridgeId");
  if (!id.empty()) {
    const bool user = !entry.attributes.first("dirbridgeUserName").empty();
    auto done = user ? restore_user(context, id, deadline) : restore_group(context, id, deadline);
    if (done || is_asked_first(done.error())) return done;
    log::warning("rename_unsettled", {{"dn", entry.dn.str()}, {"detail", done.error().detail}});
    const auto kind = done.error().kind;
    if (kind == ErrorKind::Unavailable || kind == ErrorKind::Timeout || kind == ErrorKind::OutcomeUnknown)
      return done;
  }
  return context.reconciler.settle(directory::at(entry.dn, mapping::group_attributes()), deadline);
}

Result<> finish_rename(const Context& outer, const directory::Entry& entry, Deadline deadline) {
  return with_handover(outer, deadline, [&](const Context& context) -> Result<> {
    // A rename that is running holds these, and is not to be undone.
    auto held =
        context.locks.acquire({{id_key(entry.attributes.first("dirbridgeId")), renames}, {}}, deadline);
    if (!held) return held.error();
    const auto now = directory::read(context.directory, entry.dn, read_of_noted(), deadline);
    if (!now) return now.error();
    if (!*now || !(*now)->attributes.find("dirbridgeAlias")) return {};  // somebody has ended it
    if (auto done = finish_move(context, **now, deadline); !done) return done;
    log::info("rename_resumed", {{"dn", entry.dn.str()}});
    return give_recorded_name(context, **now, deadline);
  });
}

}  // namespace

Result<> finish_renames(const Context& context, Deadline deadline) {
  const auto renamed = noted(context, Filter::present("dirbridgeAlias"), deadline);
  if (!renamed) return renamed.error();
  return each_in_turn(context, *renamed, deadline,
                      [&](const auto& entry) { return finish_rename(context, entry, deadline); });
}

Result<bool> finish_renames_of(const Context& context, const directory::Dn& name, Deadline deadline) {
  const auto renamed = noted(context, Filter::equal("dirbridgeAlias", name.str()), deadline);
  if (!renamed) return renamed.error();
  for (const auto& entry : *renamed)
    if (auto done = finish_rename(context, entry, deadline); !done) return done.error();
  return !renamed->empty();
}

}  // namespace dirbridge::provision
