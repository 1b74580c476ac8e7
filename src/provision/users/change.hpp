#pragma once
// Changing one user that is there: the goal for its home by today's rules, a move to another home where the
// rules want one, and the handover of what it leads before it vanishes. The caller holds the user's id.
#include <functional>

#include "provision/store/stored.hpp"
#include "provision/users/wish.hpp"

namespace dirbridge::provision {

using NewUser = std::function<Result<UserWish>(const mapping::Record&)>;

// Uniqueness (naming userName, logged as a conflict): the name is taken, nothing was changed. Busy: see
// Leaving. Else as change(). A name by today's rules that cannot be given is put off where nobody asked for
// another one, and said (Concession).
Result<Changed> change_user(const Context& context, std::string_view id, const Precondition& precondition,
                            const NewUser& new_user, const std::string& reason, Deadline deadline);
// The same for the user with this id whose home is this entry, a deleted one as well: it is there again.
Result<Changed> change_user_at(const Context& context, const directory::Dn& home, std::string_view id,
                               const NewUser& new_user, const std::string& reason, Deadline deadline);

// The same, and the name that is asked for is given, or the change fails.
Result<Changed> change_user_by_name_at(const Context& context, const directory::Dn& home, std::string_view id,
                                       const NewUser& new_user, const std::string& reason, Deadline deadline);

// An administrator has decided on the disabling of this user that waits. NotFound: none waits;
// PreconditionFailed: the user was changed meanwhile.
Result<Changed> decide_on_disabling(const Context& context, const directory::Entry& home,
                                    sync::Decision decision, Deadline deadline);

// What finishes an interrupted rename: see noted_renames.hpp.
Result<> restore_user(const Context& context, std::string_view id, Deadline deadline);

}  // namespace dirbridge::provision
