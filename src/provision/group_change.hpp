#pragma once
// Writing the home of a group, wherever it is: an entry that readers see, or the record of a source group
// with what follows in directory groups.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/arrival.hpp"
#include "provision/stored.hpp"

namespace dirbridge::provision {

// Other groups of the connection with this name, deleted ones too. `attributes` are read.
Result<std::vector<directory::Entry>> namesakes(const Context& context, std::string_view display_name,
                                                Deadline deadline);

// As arrive(), for a new group.
Result<mapping::Record> arrive_group(const Context& context, const Arrival& arrival, Deadline deadline);

// As change(): `wish` without its search, which is made from the id. The caller holds the group's key.
Result<Changed> change_group(const Context& context, std::string_view id, Change wish,
                             const std::vector<std::string>& attributes, Deadline deadline);

// A group that was deleted and whose home is kept becomes this new one. Busy: it is going at this moment.
Result<Changed> take_up_group(const Context& context, const directory::Entry& deleted,
                              const json::object& content, const std::vector<std::string>& members,
                              Deadline deadline);

// A user or group leaves all groups of the connection that list it, and its default groups.
Result<> leave_groups(const Context& context, const directory::Dn& member, Deadline deadline);

}  // namespace dirbridge::provision
