#pragma once
// Undoing a creation: a resource that was new is gone at once, an entry of nobody and the hidden home of a
// deleted resource are what they were, and groups wait as they did. It asks no budget and hands nothing over,
// since what it takes away was nobody's before. A password that was given to an entry stays: the one before
// cannot be read.
#include <optional>
#include <string>
#include <vector>

#include "provision/arrival.hpp"
#include "provision/before.hpp"
#include "provision/stored.hpp"

namespace dirbridge::provision {

// Looks before anything is changed. `home`: the entry that becomes the resource's; null: it is new, and
// arrive() sees which groups wait for it.
Result<> look_before(const Context& context, const scim::ResourceType& type, const json::object& content,
                     const directory::Dn* home, Before& before, Deadline deadline);
Result<> look_before_group(const Context& context, const Arrival& arrival, const directory::Dn* home,
                           Before& before, Deadline deadline);

// Success when the resource is gone already.
Result<> undo_user(const Context& context, std::string_view id, const Before& before, Deadline deadline);
Result<> undo_group(const Context& context, std::string_view id, const Before& before, Deadline deadline);

using UndoById = Result<>(const Context&, std::string_view id, const Before&, Deadline);

// A creation has failed with `why`: where it was refused half-way, and will be when it is asked for again,
// nothing of it stays. `id`: of a new home.
void take_back_if_refused(const Context& context, std::string_view id, const Before& before, const Error& why,
                          UndoById* undo, Deadline deadline);

// A resource that was created, with what undoes it.
Created undoable(const Context& context, json::object resource, Before before, UndoById* undo);

}  // namespace dirbridge::provision
