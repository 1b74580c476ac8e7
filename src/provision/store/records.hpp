#pragma once
// Records below the bridge base that are no resources: members by hand, members by default, members whose
// leaving waits for an administrator, and what is owed to directory groups when grants end. Written through
// the reconciler like everything else.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/store/record_kinds.hpp"

namespace dirbridge::provision {

// One record of members for a kind and a name: its DN says which.
struct SideRecord {
  std::string kind;
  std::string id;
  std::vector<directory::Dn> targets;
  directory::Dn dn;
};
SideRecord by_hand_record(const Context& context, const directory::Dn& group);
// Of the default groups as they are now. Other groups have another record: what was given before other groups
// were configured keeps its reason until it is taken back.
SideRecord default_record(const Context& context);
// Says that the connection flattens, or did: without members.
SideRecord flattening_record(const Context& context);
SideRecord held_record(const Context& context, const directory::Dn& group);

// Adds members to the record, which is made when there is none, and brings its targets up to date.
Result<> add_members(const Context& context, const SideRecord& record,
                     const std::vector<std::string>& members, Deadline deadline);
// The same, and they wait to leave (dirbridgeHeldMember).
Result<> add_held_members(const Context& context, const SideRecord& record,
                          const std::vector<std::string>& members, Deadline deadline);

// Notes that these members may have lost these directory groups, before they do: whoever comes after a crash
// finds it. `source`: the id of the group whose change it is. The DN of the note.
Result<directory::Dn> note_ended(const Context& context, std::string_view source,
                                 const std::vector<directory::Dn>& targets,
                                 const std::vector<std::string>& members, Deadline deadline);

// What the connection has noted so.
struct Note {
  directory::Dn dn;
  std::string source;
  std::vector<directory::Dn> targets;
  std::vector<std::string> members;
};
Result<std::vector<Note>> ending_notes(const Context& context, Deadline deadline);
// One of these as it is now; nothing when it is gone.
Result<std::optional<Note>> ending_note(const Context& context, const directory::Dn& note, Deadline deadline);

}  // namespace dirbridge::provision
