#include "provision/groups/leaving_members.hpp"

#include <algorithm>
#include <iterator>

#include "provision/refusal.hpp"

namespace dirbridge::provision {

namespace {

bool is_on_members(const scim::PatchOperation& operation) {
  const auto* attribute = operation.path.target.attribute;
  return attribute && attribute->name == "members";
}

template <class Condition>
std::vector<scim::PatchOperation> chosen(std::span<const scim::PatchOperation> operations,
                                         const Condition& condition) {
  std::vector<scim::PatchOperation> out;
  std::copy_if(operations.begin(), operations.end(), std::back_inserter(out), condition);
  return out;
}

}  // namespace

std::vector<scim::PatchOperation> on_members(std::span<const scim::PatchOperation> operations) {
  return chosen(operations, is_on_members);
}

std::vector<scim::PatchOperation> removals_among(std::span<const scim::PatchOperation> operations) {
  return chosen(operations, [](const auto& operation) {
    return is_on_members(operation) && operation.op != scim::PatchOp::Add;
  });
}

bool takes_away(const mapping::MemberDelta& delta) {
  return !delta.remove.empty() || !delta.pending_remove.empty();
}

bool only_leaves(mapping::MemberDelta& delta) {
  delta.add.clear();
  delta.pending.clear();
  return takes_away(delta);
}

const Error& the_one_to_tell(const Error& refused, const Error& failed) {
  return concerns_content(failed.kind) ? refused : failed;
}

}  // namespace dirbridge::provision
