#pragma once
// The names of directory groups: a rename that follows one of their source group, and its taking back when
// that was interrupted. The note of such a rename is one of grants that end (side_records.hpp), with both
// names and without members.
#include "provision/grants/grants.hpp"

namespace dirbridge::provision {

// Made by this connection for a mapping.
bool is_made_here(const Context& context, const directory::Entry& group);

// Renames a directory group; what is in the way is an error. Done already: nothing is changed.
Result<> give_name(const Context& context, const directory::Dn& from, const directory::Dn& to,
                   Deadline deadline);

// A rename of a directory group whose source group did not follow: the record says what its name is.
Result<bool> take_back_name(const Context& context, const directory::Dn& recorded, const directory::Dn& given,
                            Deadline deadline);
// The same of whatever has noted that this directory group was renamed. True: it is there again.
Result<bool> take_back_interrupted(const Context& context, const directory::Dn& group, Deadline deadline);

}  // namespace dirbridge::provision
