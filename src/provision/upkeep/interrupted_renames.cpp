#include "provision/upkeep/interrupted_renames.hpp"

#include "provision/groups/converge.hpp"
#include "provision/store/noted_renames.hpp"
#include "provision/store/turns.hpp"
#include "provision/users/change.hpp"

namespace dirbridge::provision {

namespace {

Result<> finish_renames_among(const Context& context, const scim::ResourceType& type, Restore* restore,
                              Deadline deadline) {
  const auto renamed = noted_renames(context, type, deadline);
  if (!renamed) return renamed.error();
  return each_in_turn(context, *renamed, deadline,
                      [&](const auto& entry) { return finish_rename(context, entry, restore, deadline); });
}

}  // namespace

Result<> finish_renames(const Context& context, Deadline deadline) {
  const auto users = finish_renames_among(context, context.catalog.user, restore_user, deadline);
  const auto groups = finish_renames_among(context, context.catalog.group, restore_group, deadline);
  return users ? groups : users;
}

}  // namespace dirbridge::provision
