#pragma once
// Writing the home of a group, wherever it is: an entry that readers see, or the record of a source group
// with what follows in directory groups.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/group_entry.hpp"
#include "provision/groups/arrival.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

// Groups of the connection with this name, deleted ones too; and a deleted one whose home is in the place of
// a new group of this name.
struct Namesakes {
  std::vector<directory::Entry> groups;
  // Where a group is its directory group: another entry below the group base that has the name.
  std::optional<directory::Entry> holder{};
};
Result<Namesakes> namesakes(const Context& context, std::string_view display_name, Deadline deadline);

// What must stay true of a name while a group takes it.
Result<Keys> keys_of_group_name(const Context& context, const std::string& name);

Error display_name_in_use();
// Uniqueness, with the DN and the remedy; the log has a line `conflict`.
Error group_name_taken(const Context& context, std::string_view display_name, const directory::Entry& holder);

// As mapping::group_goal() for a group that is there. An entry that would be renamed keeps its name while
// groups of other connections are mapped to it, or a deleted group has the new name.
Result<sync::EntryGoal> goal_of_group(const Context& context, std::string_view id,
                                      const json::object& content, const mapping::MemberDelta& members,
                                      const directory::Entry& current, const std::string& reason,
                                      Deadline deadline);

// As arrive(), for a new group.
Result<mapping::Record> arrive_group(const Context& context, const Arrival& arrival, Before& before,
                                     Deadline deadline);

// As change(): `wish` without its search, which is made from the id. The caller holds the group's key.
Result<Changed> change_group(const Context& context, std::string_view id, ResourceEdit wish,
                             const std::vector<std::string>& attributes, Deadline deadline);

// A group that was deleted and whose home is kept becomes this new one. Busy: it is going at this moment.
Result<Changed> take_up_group(const Context& context, const directory::Entry& deleted,
                              const json::object& content, const std::vector<std::string>& members,
                              Deadline deadline);

// Permissions hang on the directory name: whoever waits for the new one there should know why it does not
// come.
void tell_kept_name(const Context& context, const Changed& changed);

}  // namespace dirbridge::provision
