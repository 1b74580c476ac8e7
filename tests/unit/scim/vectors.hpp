#pragma once
// JSON test vectors: each file is a list of objects with a `name`; a parameterised test runs every one.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "scim/catalog.hpp"

namespace dirbridge::scim {

json::value parse_json(std::string_view text);  // fails the program on bad JSON: a vector must be readable

std::vector<json::object> load_vectors(std::string_view file_text);
std::string vector_name(const testing::TestParamInfo<json::object>& info);
void PrintTo(const json::object& vector, std::ostream* out);

const ResourceType& user_type();
const ResourceType& group_type();
const ResourceType& type_named(const json::value& name);

inline constexpr std::string_view enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

}  // namespace dirbridge::scim
