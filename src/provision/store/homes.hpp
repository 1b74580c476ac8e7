#pragma once
// Where the entries and records of a type may be, and the move of a resource from one home to another: its id
// stays, its memberships follow, and no reader sees a group without them. A move that is interrupted is
// finished by the sweep: the new home remembers the old one (dirbridgeAlias).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/entry.hpp"
#include "provision/context.hpp"

namespace dirbridge::provision {

// The bases to look below, the likeliest first. What is found below an earlier one counts.
std::vector<directory::Dn> homes(const Context& context, const scim::ResourceType& type);

// The searches for a resource with this id at each home, whether it counts as deleted or not.
std::vector<directory::SearchRequest> anywhere(const Context& context, const scim::ResourceType& type,
                                               std::string_view id,
                                               const std::vector<std::string>& attributes);

// The users with these names, in order; none: nobody has the name. MissingBase when one is not seen, and
// neither is a place where users are: who is out of sight with it is not gone.
Result<std::vector<std::optional<directory::Entry>>> read_users(const Context& context,
                                                                const std::vector<directory::Dn>& dns,
                                                                const std::vector<std::string>& attributes,
                                                                Deadline deadline);

// `act` at each home in turn, until one does not say that the resource is not there.
template <class Act>
auto at_home(const Context& context, const scim::ResourceType& type, const Act& act) {
  const auto bases = homes(context, type);
  auto done = act(bases.front());
  for (std::size_t i = 1; i < bases.size() && !done && done.error().kind == ErrorKind::NotFound; ++i)
    done = act(bases[i]);
  return done;
}

// The container of the connection's records, made when it is not there.
Result<> ensure_records(const Context& context, Deadline deadline);

struct Move {
  directory::Entry from;                // today's home
  directory::Dn to;                     // where an entry may be already: adopted, or left by an earlier try
  sync::EntryGoal goal;                 // for the new home
  std::vector<std::string> attributes;  // to read of an entry at `to`
  bool adopts = false;                  // the entry at `to` is nobody's, and becomes ours
};
// The new home, with its record's attributes. Uniqueness: its name is taken; then nothing was changed.
Result<directory::Entry> move_home(const Context& context, Move move, Deadline deadline);

// A move that was interrupted: of two homes of one resource, a record and an entry, the record gives way. The
// caller holds the id.
Result<> finish_move(const Context& context, const directory::Entry& with_alias, Deadline deadline);

}  // namespace dirbridge::provision
