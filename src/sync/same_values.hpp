#pragma once
// Which values of a goal are one to the directory (RFC 4511 4.6 refuses a list that has a value twice): the
// goal keeps the first of them. Pure functions.
#include "sync/goal.hpp"

namespace dirbridge::sync {

// How much is taken for the same: as little as possible, and more when the server refuses.
enum class Sameness {
  Surely,  // what is the same to each server
  Widely,  // what is the same to any server
  All,     // of attributes whose rule is not known, everything
};

void keep_distinct(EntryGoal& goal, Sameness sameness);

// The next step; absent: there is none.
std::optional<Sameness> wider(Sameness sameness);

}  // namespace dirbridge::sync
