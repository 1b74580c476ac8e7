#pragma once
// A password on its way into userPassword (RFC 4519 2.41): write-only. It is never part of the record.
#include <optional>

#include "base/secret.hpp"
#include "mapping/rules.hpp"
#include "sync/goal.hpp"

namespace dirbridge::mapping {

inline constexpr const char* password_attribute = "userPassword";

struct PasswordChange {
  std::optional<Secret> value;  // none, and not removed: the password stays as it is
  bool removed = false;
};

// nullopt when userPassword stays as it is. InvalidValue: the password cannot be hashed. Hashing takes
// milliseconds, on purpose.
Result<std::optional<sync::AttributeGoal>> password_goal(PasswordRule rule, const PasswordChange& change);

}  // namespace dirbridge::mapping
