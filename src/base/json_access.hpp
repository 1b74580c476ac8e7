#pragma once
// Looking into JSON that may hold anything. Views live as long as the object. Pure functions.
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace dirbridge {

// Empty when there is no such member, or when it is no string.
std::string_view text_at(const boost::json::object& object, std::string_view name);
// An empty object when there is no such member, or when it is no object.
const boost::json::object& object_at(const boost::json::object& object, std::string_view name);

// The strings of a list; none when there is no such member, or when it is no list.
std::vector<std::string> texts_at(const boost::json::object& object, std::string_view name);

}  // namespace dirbridge
