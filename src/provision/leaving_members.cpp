#include "provision/leaving_members.hpp"

#include <algorithm>
#include <iterator>

#include "provision/concession.hpp"

namespace dirbridge::provision {

std::vector<scim::PatchOperation> removals_in(const scim::PatchRead& read) {
  std::vector<scim::PatchOperation> out;
  std::copy_if(read.operations.begin(), read.operations.end(), std::back_inserter(out),
               [](const scim::PatchOperation& operation) {
                 const auto* attribute = operation.path.target.attribute;
                 return attribute && attribute->name == "members" && operation.op != scim::PatchOp::Add;
               });
  return out;
}

bool only_leaves(mapping::MemberDelta& delta) {
  delta.add.clear();
  delta.pending.clear();
  return !delta.remove.empty() || !delta.pending_remove.empty();
}

const Error& the_one_to_tell(const Error& refused, const Error& failed) {
  return concerns_content(failed.kind) ? refused : failed;
}

}  // namespace dirbridge::provision
