#pragma once
// What a PATCH holds beside the resource: see KeyLocks.
#include <span>
#include <string>
#include <vector>

#include "provision/store/stored.hpp"
#include "scim/patch.hpp"

namespace dirbridge::provision {

// Each externalId that it gives: who looks a member up by it waits.
inline void add_external_id_keys(std::vector<std::string>& keys,
                                 std::span<const scim::PatchOperation> operations) {
  for (const auto& operation : operations)
    if (scim::touches({&operation, 1}, "externalId") && operation.value && operation.value->is_string())
      keys.push_back(external_id_key(operation.value->get_string()));
}

}  // namespace dirbridge::provision
