#pragma once
// What the bridge writes to an entry that was there before it: values that the identity provider sends take
// the place of those that they mean, all others stay, and nothing is taken away that it never sent. What was
// there is remembered on the entry (dirbridgeOriginal), and given back when the entry is released. Pure
// functions.
#include <optional>
#include <string>
#include <vector>

#include "directory/entry.hpp"
#include "mapping/rules.hpp"
#include "sync/goal.hpp"

namespace dirbridge::mapping {

using Goals = std::vector<sync::AttributeGoal>;

// The entry was there before the bridge, and is adopted, or is to be.
bool is_found(const directory::Attributes& home);

// Goals of kind Exactly for an entry that was found. `said`: what the identity provider says; `derived`: the
// same attributes, with what stands in for what it does not say; `written`: what it said before, empty at
// first.
Goals beside_what_is_there(const Rules& rules, const Goals& said, const Goals& derived, const Goals& written,
                           const directory::Entry& current);

// Goals for attributes of which the entry's own name is made, and which they do not have, are left out.
void keep_name(Goals& goals, const directory::Rdn& name);

// Login names that the goal gives the entry where products read, and that it did not have there: all of them
// when it was hidden from the products, and is to be seen.
std::vector<std::string> new_logins(const Rules& rules, const sync::EntryGoal& goal,
                                    const directory::Entry& home);

// What is there of the attributes that the goals speak of, for dirbridgeOriginal.
std::string remembered(const Goals& goals, const directory::Entry& current);
// The same with the entry's place, for one that is moved away; and what it says. None: it was not moved.
std::string with_place(const directory::Attributes& home, const directory::Dn& parent);
std::optional<directory::Dn> remembered_place(const directory::Attributes& home);
// Goals that give it back where what the bridge wrote (`written`) is still there. Names stay.
Goals given_back(const Rules& rules, const Goals& written, const directory::Entry& current);

}  // namespace dirbridge::mapping
