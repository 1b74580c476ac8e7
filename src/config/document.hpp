#pragma once
// Sections of the document that a configuration was parsed from.
#include <boost/json/value.hpp>
#include <initializer_list>
#include <string_view>

#include "config/config.hpp"

namespace dirbridge::config {

// Null: there is none, or it is null.
const boost::json::value* section_at(const boost::json::value& document,
                                     std::initializer_list<std::string_view> keys);

bool differ(const Config& a, const Config& b, std::initializer_list<std::string_view> keys);

}  // namespace dirbridge::config
