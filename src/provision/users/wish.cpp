#include "provision/users/wish.hpp"

#include "mapping/content.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

// Only `active` is taken of what else cannot be read.
UserWish disabled(const mapping::Record& record) {
  UserWish out{record.content, {}, true};
  out.content["active"] = false;
  return out;
}

}  // namespace

Result<UserWish> as_recorded(const mapping::Record& record) {
  return UserWish{record.content, {}, mapping::is_false(record.content, "active")};
}

UserWish wish_of_new(scim::ReadResource read) {
  UserWish out{std::move(read.resource), {std::move(read.password), false}};
  if (!out.content.contains("active")) out.content["active"] = true;
  return out;
}

Result<UserWish> replaced_user(const Context& context, const mapping::Record& record,
                               const scim::ReadResource& read, bool leaves, Refused& left) {
  left = read.refused;
  const auto omitted = read.refused.empty() ? context.put_omitted : scim::PutOmitted::Keep;
  auto content = scim::replace(context.catalog.user, read, record.content, omitted);
  if (!content && !leaves) return content.error();
  if (!content || (leaves && !mapping::is_false(*content, "active"))) {
    if (!content) left.push_back(content.error());
    return disabled(record);
  }
  // Only an explicit `true` enables.
  if (!content->contains("active")) (*content)["active"] = !mapping::is_false(record.content, "active");
  return UserWish{std::move(*content), {read.password, read.password_removed}, leaves};
}

Result<UserWish> patched_user(const Context& context, const mapping::Record& record,
                              std::span<const scim::PatchOperation> operations) {
  auto result = patched(context, context.catalog.user, record.id, record.content, operations);
  if (!result) return result.error();
  // Nobody is enabled by what says nothing.
  if (record.content.contains("active") && !result->resource.contains("active"))
    return error(ErrorKind::InvalidValue, "active cannot be removed; set it to true or false", "active");
  return UserWish{std::move(result->resource), {std::move(result->password), result->password_removed}};
}

Result<UserWish> patched_user_at_least(const Context& context, const mapping::Record& record,
                                       const scim::PatchRead& read, Refused& left) {
  left = read.refused;
  if (left.empty()) {
    auto all = patched_user(context, record, read.operations);
    if (all) {
      all->leaves = true;
      return all;
    }
  }
  auto possible = scim::apply_possible(context.catalog.user, with_id(record.content, record.id),
                                       read.operations, context.patch_policy);
  left.insert(left.end(), possible.refused.begin(), possible.refused.end());
  auto& result = possible.result;
  result.resource.stable_erase("id");
  if (!mapping::is_false(result.resource, "active")) return disabled(record);
  return UserWish{std::move(result.resource), {std::move(result.password), result.password_removed}, true};
}

}  // namespace dirbridge::provision
