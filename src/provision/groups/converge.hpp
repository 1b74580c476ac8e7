#pragma once
// Bringing one group to what the rules of the connection say now. What holds already costs no write.
#include <string>
#include <string_view>
#include <vector>

#include "mapping/record.hpp"
#include "provision/context.hpp"

namespace dirbridge::provision {

// One group: its home is where the rules want it, its directory groups are those it is mapped to, and all who
// are granted these are in them. The caller holds the group's key. `attributes`: to read of a home. True when
// something was changed.
Result<bool> converge_group(const Context& context, std::string_view id,
                            const std::vector<std::string>& attributes, Deadline deadline);

// A group that was taken up where other rules had put it moves to where today's want it.
Result<mapping::Record> move_taken_up(const Context& context, mapping::Record group,
                                      const std::vector<std::string>& attributes, Deadline deadline);

// One directory group: all who are granted it are in it, and those are not whom nothing keeps there. True
// when something was changed.
Result<bool> converge_target(const Context& context, const directory::Dn& group, Deadline deadline);

// What finishes an interrupted rename: see noted_renames.hpp.
Result<> restore_group(const Context& context, std::string_view id, Deadline deadline);

}  // namespace dirbridge::provision
