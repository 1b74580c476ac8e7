#pragma once
// The SCIM messages the benchmark sends, as an identity provider would: a user with the usual twenty or so
// values.
#include <string>
#include <string_view>

namespace dirbridge::bench {

std::string user_message(std::string_view name);
std::string group_message(std::string_view name, std::string_view member_id);
std::string active_message(bool active);
std::string add_member_message(std::string_view member_id);
std::string remove_member_message(std::string_view member_id);

}  // namespace dirbridge::bench
