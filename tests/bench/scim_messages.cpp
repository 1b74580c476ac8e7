#include "scim_messages.hpp"

#include <boost/json.hpp>

namespace dirbridge::bench {
namespace {

using boost::json::array;
using boost::json::object;

constexpr auto user_schema = "urn:ietf:params:scim:schemas:core:2.0:User";
constexpr auto enterprise_schema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
constexpr auto group_schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
constexpr auto patch_schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

array list_of(boost::json::value only) {
  array list;
  list.push_back(std::move(only));
  return list;
}

std::string patch_message(object operation) {
  return boost::json::serialize(
      object{{"schemas", list_of(patch_schema)}, {"Operations", list_of(std::move(operation))}});
}

object name_part(const std::string& name) {
  return {{"givenName", "Given"}, {"familyName", "Family " + name}, {"formatted", "Given Family " + name}};
}

}  // namespace

std::string user_message(std::string_view name) {
  const std::string text(name);
  array schemas = list_of(user_schema);
  schemas.push_back(enterprise_schema);
  return boost::json::serialize(object{
      {"schemas", std::move(schemas)},
      {"userName", text},
      {"externalId", "ext-" + text},
      {"active", true},
      {"displayName", "Given Family " + text},
      {"title", "Engineer"},
      {"preferredLanguage", "en"},
      {"name", name_part(text)},
      {"emails", list_of(object{{"type", "work"}, {"value", text + "@bench.example"}, {"primary", true}})},
      {"phoneNumbers", list_of(object{{"type", "work"}, {"value", "+49 30 1234567"}})},
      {enterprise_schema, object{{"employeeNumber", text}, {"department", "Engineering"}}}});
}

std::string group_message(std::string_view name, std::string_view member_id) {
  return boost::json::serialize(object{{"schemas", list_of(group_schema)},
                                       {"displayName", name},
                                       {"externalId", "ext-" + std::string(name)},
                                       {"members", list_of(object{{"value", member_id}})}});
}

std::string active_message(bool active) {
  return patch_message({{"op", "replace"}, {"path", "active"}, {"value", active}});
}

std::string add_member_message(std::string_view member_id) {
  return patch_message(
      {{"op", "add"}, {"path", "members"}, {"value", list_of(object{{"value", member_id}})}});
}

std::string remove_member_message(std::string_view member_id) {
  return patch_message({{"op", "remove"}, {"path", "members[value eq \"" + std::string(member_id) + "\"]"}});
}

}  // namespace dirbridge::bench
