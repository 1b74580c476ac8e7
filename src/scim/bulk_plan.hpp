#pragma once
// In which order the operations of a Bulk request may run. A pure function.
#include <cstddef>
#include <vector>

#include "scim/bulk.hpp"

namespace dirbridge::scim {

// Operations that run one after the other: one alone, or POSTs that refer to each other in a circle.
struct BulkUnit {
  std::vector<std::size_t> operations;  // as in the request
  bool circular = false;
  std::vector<std::size_t> needs;    // units that must have run: they create what this one refers to
  std::vector<std::size_t> follows;  // units that should have run, as they come first in the request
};

// Operations depend on each other when one refers to what another creates, wherever it stands; and, in the
// order of the request, when they change the same resource, take the same name, or delete what the other
// takes the name of or puts into a group. All others are independent. `needs` has no circles; where `follows`
// makes one, `needs` goes first.
std::vector<BulkUnit> plan_bulk(const BulkRequest& request);

}  // namespace dirbridge::scim
