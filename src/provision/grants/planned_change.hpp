#pragma once
// What is the same for every change of a source group: see source_change.hpp.
#include <optional>
#include <type_traits>

#include "base/log.hpp"
#include "provision/grants/owed.hpp"
#include "provision/grants/target_rename.hpp"

namespace dirbridge::provision {

// The record is written between what has to be noted before and what follows. `renamed`: its directory group
// has the new name already.
template <class Write>
auto write_source(const Context& context, const SourceChange& what, const NameWatch& since, Deadline deadline,
                  const Write& write, std::optional<RenamedTarget> renamed = std::nullopt)
    -> std::invoke_result_t<Write> {
  auto follow_up = prepare(context, what, since, deadline);
  if (!follow_up) return follow_up.error();
  auto written = write();
  const bool alone = renamed && !written;
  if (renamed && written) follow_up->notes.push_back(renamed->note);
  renamed.reset();
  if (written)
    if (auto kept = landed(*follow_up, deadline); !kept) return kept.error();
  // The directory group gets its name back before anything makes it anew.
  if (alone)
    if (auto back = settle_owed(context, what.id, deadline); !back)
      log::warning("rename_unsettled", {{"group", what.source.str()}, {"detail", back.error().detail}});
  auto followed = follow(context, *follow_up, deadline);
  if (!written) return written;
  if (!followed) return followed.error();
  return written;
}

// Once more from the start when somebody else was faster.
template <class Attempt>
std::invoke_result_t<Attempt> until_as_planned(const Attempt& attempt) {
  constexpr int most_attempts = 5;
  for (int i = 0; i < most_attempts; ++i) {
    auto done = attempt();
    if (done || done.error().kind != ErrorKind::Conflict) return done;
  }
  return error(ErrorKind::Busy, "the group keeps changing");
}

}  // namespace dirbridge::provision
