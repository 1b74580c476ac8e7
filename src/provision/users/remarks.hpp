#pragma once
// What is said of a user in the log and the journal, beside the answer.
#include "mapping/record.hpp"
#include "provision/context.hpp"
#include "provision/users/wish.hpp"

namespace dirbridge::provision {

// A userName that has no login name is a conflict that an administrator has to know of. Returns the error.
Error remarked(const Context& context, Error refused, const json::object& content);

void remark_on_bad_characters(const Context& context, const mapping::Record& record);

// What is new of the user, since `before`, and its entry cannot show.
void remark_on_unshown(const Context& context, const mapping::Record& record, const json::object& before);

// What was asked for and left out.
void remark_on_left(const Context& context, const directory::Dn& home, const Refused& left);

}  // namespace dirbridge::provision
