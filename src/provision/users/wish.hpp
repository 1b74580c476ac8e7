#pragma once
// What a request makes of a user: the content of the next record. Who is to be disabled is disabled, whatever
// else of the request cannot be had (design rule 15). Pure functions.
#include <optional>
#include <span>
#include <vector>

#include "mapping/password.hpp"
#include "mapping/record.hpp"
#include "provision/context.hpp"
#include "scim/patch.hpp"
#include "scim/replace.hpp"

namespace dirbridge::provision {

// What a request wants a user to be.
struct UserWish {
  json::object content;
  mapping::PasswordChange password{};
  // It says that the user is to be disabled, which nothing else in it may keep from being done.
  bool leaves = false;
};

// What the record says already: for those who bring the home to it.
Result<UserWish> as_recorded(const mapping::Record& record);

// The body of a POST. An account is active unless its full representation says otherwise.
UserWish wish_of_new(scim::ReadResource read);

using Refused = std::vector<Error>;  // what was asked for beside `active: false` and cannot be had

// A PUT. What could not be read, and beside it what is not named, stays as it is. `leaves`: it disables.
Result<UserWish> replaced_user(const Context& context, const mapping::Record& record,
                               const scim::ReadResource& read, bool leaves, Refused& left);

// A PATCH: every operation.
Result<UserWish> patched_user(const Context& context, const mapping::Record& record,
                              std::span<const scim::PatchOperation> operations);
// A PATCH that disables: every operation, or else those that can be applied.
Result<UserWish> patched_user_at_least(const Context& context, const mapping::Record& record,
                                       const scim::PatchRead& read, Refused& left);

}  // namespace dirbridge::provision
