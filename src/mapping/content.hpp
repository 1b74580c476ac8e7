#pragma once
// Looking into a canonical resource (scim/resource.hpp). Views live as long as the resource. Pure functions.
#include <boost/json/object.hpp>
#include <string_view>

#include "base/json_access.hpp"

namespace dirbridge::mapping {

bool is_true(const boost::json::object& object, std::string_view name);
bool is_false(const boost::json::object& object, std::string_view name);

// The element of a list that has the type, any case; without a type the primary one, else the first. Only
// elements with a text under `sub` count; empty when there is none.
std::string_view element_at(const boost::json::object& object, std::string_view name, std::string_view type,
                            std::string_view sub);

// The address that a directory with one of them shows: the primary one, else that of type work, else the
// first.
std::string_view shown_mail(const boost::json::object& user);

}  // namespace dirbridge::mapping
