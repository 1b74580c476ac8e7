#pragma once
// Bringing groups to what the rules of the connection say now, after the configuration changed or a crash.
// What holds already costs no write.
#include <string_view>

#include "mapping/record.hpp"
#include "provision/resources.hpp"

namespace dirbridge::provision {

// One group: its home is where the rules want it, its directory groups are those it is mapped to, and all who
// are granted these are in them. The caller holds the group's key. `attributes`: to read of a home. True when
// something was changed.
Result<bool> converge_group(const Context& context, std::string_view id,
                            const std::vector<std::string>& attributes, Deadline deadline);

// What belongs to no single group: default groups, grants that have ended, homes in the wrong place, members
// whom nothing grants where nobody's are kept. After converge() of each group. True when something was
// changed.
Result<bool> converge_groups(const Context& context, Deadline deadline);

// A group that was taken up where other rules had put it moves to where today's want it.
Result<mapping::Record> move_taken_up(const Context& context, mapping::Record group,
                                      const std::vector<std::string>& attributes, Deadline deadline);

}  // namespace dirbridge::provision
