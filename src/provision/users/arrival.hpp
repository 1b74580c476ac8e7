#pragma once
// A user whom the identity provider creates: a new entry, an entry of nobody that matches, the entry of a
// deleted user who comes back, or a record when users are not imported.
#include "provision/groups/before.hpp"
#include "provision/users/change.hpp"

namespace dirbridge::provision {

// What to hold while a user of that name arrives, or gets the name.
Keys arrival_keys(const Context& context, const json::object& content);

// Holds the name, and a deleted user who comes back: what is due deletes nobody who has been answered.
// Uniqueness and Conflict name userName, are logged, and have changed nothing. Forbidden: the connection
// imports no users and says so. `before`: what there was, for undoing it.
Result<mapping::Record> arrive_user(const Context& context, const UserWish& wish, Before& before,
                                    Deadline deadline);

}  // namespace dirbridge::provision
