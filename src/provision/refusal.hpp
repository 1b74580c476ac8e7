#pragma once
// Telling apart why a change was not made: what was asked for, or the moment; and what is said of it when the
// rest was done all the same (design rule 15).
#include <string>

#include "provision/context.hpp"

namespace dirbridge::provision {

// The error says that something which was asked for cannot be had; not that the directory is away, or that
// somebody else was faster.
bool concerns_content(ErrorKind kind);

// The user has lost access, but not all that was to follow is done.
void log_incomplete(const Context& context, const directory::Dn& home, const std::string& detail);

// For what an error says of a value that was asked for: the attribute where it is known.
std::string field_of(const Error& why);

}  // namespace dirbridge::provision
