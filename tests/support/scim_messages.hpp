#pragma once
// Bodies of SCIM requests, as walks by chance send them.
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace dirbridge::test {

inline boost::json::object user_message(const std::string& user_name) {
  return {{"schemas", boost::json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
          {"userName", user_name}};
}

inline boost::json::object group_message(const std::string& display_name) {
  return {{"schemas", boost::json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
          {"displayName", display_name}};
}

inline boost::json::array members_of(const std::vector<std::string>& ids) {
  boost::json::array out;
  for (const auto& id : ids) out.emplace_back(boost::json::object{{"value", id}});
  return out;
}

inline boost::json::object patch_message(const std::string& op, const std::string& path,
                                         boost::json::value value) {
  return {{"schemas", boost::json::array{"urn:ietf:params:scim:api:messages:2.0:PatchOp"}},
          {"Operations",
           boost::json::array{boost::json::object{{"op", op}, {"path", path}, {"value", std::move(value)}}}}};
}

}  // namespace dirbridge::test
