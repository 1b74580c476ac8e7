#include "mapping/password.hpp"

#include "base/password_hash.hpp"

namespace dirbridge::mapping {

Result<std::optional<sync::AttributeGoal>> password_goal(PasswordRule rule, const PasswordChange& change) {
  using Goal = std::optional<sync::AttributeGoal>;
  if (rule == PasswordRule::Ignore) return Goal();
  if (!change.value) return change.removed ? Goal(sync::exactly(password_attribute, {})) : Goal();
  if (rule == PasswordRule::ServerHash)
    return Goal(sync::exactly(password_attribute, {change.value->reveal()}));
  auto hash = password_hash(*change.value);
  if (!hash) return hash.error();
  return Goal(sync::exactly(password_attribute, {std::move(*hash)}));
}

}  // namespace dirbridge::mapping
