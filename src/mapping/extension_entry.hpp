#pragma once
// Attributes of extensions on the entry, as the rules of the connection say. Pure functions.
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "mapping/rules.hpp"
#include "sync/goal.hpp"

namespace dirbridge::mapping {

// One goal per rule: the values that the resource has now, none when it has none.
std::vector<sync::AttributeGoal> extension_goals(const std::vector<AttributeRule>& rules,
                                                 const boost::json::object& content);

// What must be read of an entry beside `names` for plan() to see what these goals speak of.
std::vector<std::string> with_extensions(std::vector<std::string> names,
                                         const std::vector<AttributeRule>& rules);

}  // namespace dirbridge::mapping
