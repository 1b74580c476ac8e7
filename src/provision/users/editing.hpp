#pragma once
// PUT and PATCH of a user: the home by what the request makes of the record, then what groups are to show of
// the change. Errors: those of Writer. Blocks.
#include <string_view>

#include "provision/doors/writer.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

// The record as it is now.
Result<mapping::Record> replace_user(const Context& context, std::string_view id, json::value body,
                                     const Precondition& precondition, Deadline deadline);
Result<mapping::Record> patch_user(const Context& context, std::string_view id, json::value body,
                                   const Precondition& precondition, Deadline deadline);

// Brings the user to what the rules say today (Convergent).
Result<bool> converge_user(const Context& context, std::string_view id, Deadline deadline);

// What an administrator decided about a removal of the user that waits (Decider).
Result<> decide_user(const Context& context, std::string_view id, sync::Decision decision, Deadline deadline);

}  // namespace dirbridge::provision
