#pragma once
// The directory group of a group on the fly, when the identity provider gives it another name.
#include <optional>

#include "provision/grants/source_change.hpp"

namespace dirbridge::provision {

// Who else is mapped to the directory group: records of any kind that match, but for `own`.
Result<bool> used_by_others(const Context& context, const directory::Dn& group, const directory::Dn& own,
                            const directory::Filter& which, Deadline deadline);

// A group on the fly that the identity provider gives another name: its directory group is renamed with it
// where nobody else uses it. Before the record is written; until then the directory group is known to have
// both names, here and by a note. Nothing: it was not renamed.
struct RenamedTarget {
  sync::NameChanges::Running running;
  directory::Dn note;
};
Result<std::optional<RenamedTarget>> rename_target(const Context& context, const SourceChange& change,
                                                   Deadline deadline);

}  // namespace dirbridge::provision
