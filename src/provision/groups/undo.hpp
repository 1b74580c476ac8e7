#pragma once
// Undoing a creation: a resource that was new is gone at once, an entry of nobody and the hidden home of a
// deleted resource are what they were, and groups wait as they did. It asks no budget and hands nothing over,
// since what it takes away was nobody's before. A password that was given to an entry stays: the one before
// cannot be read. Here is what users and groups have in common.
#include <optional>
#include <string>
#include <vector>

#include "provision/doors/writer.hpp"
#include "provision/groups/before.hpp"

namespace dirbridge::provision {

// The connection while it undoes: without a budget, and what is removed meets this fate.
Context undoing(const Context& context, Fate fate);

// What is to be undone.
struct Made {
  std::optional<directory::Entry> now;    // absent: it is gone already
  std::vector<directory::Entry> groups;   // that list it
  std::vector<directory::Entry> took_in;  // those of them that did not before
};
Result<Made> look_after(const Context& context, const scim::ResourceType& type, std::string_view id,
                        const Before& before, Deadline deadline);

std::vector<directory::Entry> without(const std::vector<directory::Entry>& groups,
                                      const std::vector<directory::Entry>& others);
std::vector<std::string> not_among(const std::vector<std::string>& values,
                                   const std::vector<std::string>& others);

// The home is what it was; its memberships are not looked at.
Result<> restore(const Context& context, const scim::ResourceType& type, const directory::Entry& before,
                 const directory::Entry& now, Deadline deadline);
Result<> leave_all(const Context& context, const std::vector<directory::Entry>& groups,
                   const directory::Dn& member, Deadline deadline);
// Of the groups that took the resource in, those that had waited for it.
Result<> wait_again(const Context& context, const Before& before,
                    const std::vector<directory::Entry>& took_in, Deadline deadline);

using UndoById = Result<>(const Context&, std::string_view id, const Before&, Deadline);

// A creation has failed with `why`: where it was refused half-way, and will be when it is asked for again,
// nothing of it stays. `new_id`: of a new home.
void take_back_if_refused(const Context& context, std::string_view new_id, const Before& before,
                          const Error& why, UndoById* undo, Deadline deadline);

// A resource that was created, with what undoes it.
Created undoable(const Context& context, json::object resource, Before before, UndoById* undo);

}  // namespace dirbridge::provision
