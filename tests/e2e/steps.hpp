#pragma once
// What scenarios do over and over: make users and groups over SCIM, change memberships, look at the entries.
// A step that does not get the answer it needs throws std::runtime_error with that answer.
#include <string>
#include <vector>

#include "e2e/bridge.hpp"

namespace dirbridge::e2e {

// An active user; `more` are attributes beside schemas, userName and active.
boost::json::object user_resource(const std::string& user_name, const boost::json::object& more = {});
// Gives the id.
std::string create_user(ScimClient& client, const std::string& user_name,
                        const boost::json::object& more = {});
std::string create_group(ScimClient& client, const std::string& name,
                         const std::vector<std::string>& member_ids = {});

boost::json::array member_values(const std::vector<std::string>& ids);
boost::json::value add_members(const std::vector<std::string>& ids);  // operations for ScimClient::patch
boost::json::value remove_members(const std::vector<std::string>& ids);
boost::json::value operation(const std::string& op, const std::string& path, const boost::json::value& value);
template <class Value>
boost::json::value replace(const std::string& path, const Value& value) {
  return operation("replace", path, boost::json::value_from(value));
}

void expect_status(const Answer& answer, int status);  // throws when it is another
void expect_success(const Answer& answer);             // 200 or 204: how a PATCH is answered is configured

// Member ids of a group as SCIM shows them, sorted.
std::vector<std::string> member_ids(ScimClient& client, const std::string& group_id);

// Entries of the directory, read as its administrator.
std::vector<std::string> values(directory::Directory& directory, const directory::Dn& dn,
                                const std::string& attribute);
bool exists(directory::Directory& directory, const directory::Dn& dn);
// Everything of a subtree, operational attributes too, as LDIF: equal texts mean that nothing was changed.
std::string dump(directory::Directory& directory, const std::string& base);

}  // namespace dirbridge::e2e
