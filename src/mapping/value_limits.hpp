#pragma once
// Keeps the values of a user's entry to what the directory's attributes hold. Pure functions.
#include <boost/json/object.hpp>
#include <vector>

#include "mapping/rules.hpp"
#include "sync/goal.hpp"

namespace dirbridge::mapping {

// InvalidValue naming the SCIM attribute: a value that the identity provider sent, or that a rule makes of
// what it sent, is too long. One that was derived for want of another is cut.
Result<> keep_to_limits(std::vector<sync::AttributeGoal>& goals, const Rules& rules,
                        const boost::json::object& content);

}  // namespace dirbridge::mapping
