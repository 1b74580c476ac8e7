#pragma once
// Changing one user that is there: the goal for its home by today's rules, a move to another home where the
// rules want one, and the handover of what it leads before it vanishes. The caller holds the user's id.
#include <functional>

#include "mapping/extent.hpp"
#include "provision/store/stored.hpp"
#include "provision/users/wish.hpp"

namespace dirbridge::provision {

using NewUser = std::function<Result<UserWish>(const mapping::Record&)>;

// The goal for an entry or for a record. `current` is today's home.
Result<sync::EntryGoal> goal_for_entry(const Context& context, const std::string& id, const UserWish& wish,
                                       const std::optional<directory::Entry>& current,
                                       const std::string& reason, mapping::Extent extent = {});
// The goal for an entry that is not there yet, under the first of its names that nobody has. `record`:
// today's home, if any. Errors: as goal_for_entry(), and those of a look-up.
Result<sync::EntryGoal> goal_for_new_entry(const Context& context, const std::string& id,
                                           const UserWish& wish,
                                           const std::optional<directory::Entry>& record,
                                           const std::string& reason, Deadline deadline);

// Uniqueness (naming userName, logged as a conflict): the name is taken, nothing was changed. Busy: see
// Leaving. Else as change(). A name by today's rules that cannot be given is put off where nobody asked for
// another one, and said (Concession).
Result<Changed> change_user(const Context& context, std::string_view id, const Precondition& precondition,
                            const NewUser& new_user, const std::string& reason, Deadline deadline);
// The same for the user with this id whose home is this entry, a deleted one as well: it is there again.
Result<Changed> change_user_at(const Context& context, const directory::Dn& home, std::string_view id,
                               const NewUser& new_user, const std::string& reason, Deadline deadline);

// An administrator has decided on the disabling of this user that waits. NotFound: none waits;
// PreconditionFailed: the user was changed meanwhile.
Result<Changed> decide_on_disabling(const Context& context, const directory::Entry& home,
                                    sync::Decision decision, Deadline deadline);

// An entry of nobody becomes the user's. Uniqueness: somebody else was faster, or the name that it is to get
// is taken.
Result<Changed> adopt_user(const Context& context, const std::string& id, const directory::Entry& match,
                           const UserWish& wish, const std::string& reason, Deadline deadline);

// What finishes an interrupted rename: see noted_renames.hpp.
Result<> restore_user(const Context& context, std::string_view id, Deadline deadline);

}  // namespace dirbridge::provision
