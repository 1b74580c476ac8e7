#include "server/routes.hpp"

#include "base/text.hpp"
#include "server/handlers.hpp"

namespace dirbridge::server {

namespace {

constexpr Route routes[] = {
    {"Users", false, "POST", Of::Users, Access::Write, handle::create, "create_user"},
    {"Users", false, "GET", Of::Users, Access::Read, handle::list, "list_users"},
    {"Users", true, "GET", Of::Users, Access::Read, handle::find, "find_user"},
    {"Users", true, "PUT", Of::Users, Access::Write, handle::replace, "replace_user"},
    {"Users", true, "PATCH", Of::Users, Access::Write, handle::patch, "patch_user"},
    {"Users", true, "DELETE", Of::Users, Access::Write, handle::remove, "remove_user"},
    {"Groups", false, "POST", Of::Groups, Access::Write, handle::create, "create_group"},
    {"Groups", false, "GET", Of::Groups, Access::Read, handle::list, "list_groups"},
    {"Groups", true, "GET", Of::Groups, Access::Read, handle::find, "find_group"},
    {"Groups", true, "PUT", Of::Groups, Access::Write, handle::replace, "replace_group"},
    {"Groups", true, "PATCH", Of::Groups, Access::Write, handle::patch, "patch_group"},
    {"Groups", true, "DELETE", Of::Groups, Access::Write, handle::remove, "remove_group"},
    {"ServiceProviderConfig", false, "GET", Of::Nobody, Access::Read, handle::show_service_provider_config,
     "service_provider_config"},
    {"ResourceTypes", false, "GET", Of::Nobody, Access::Read, handle::list_resource_types, "resource_types"},
    {"ResourceTypes", true, "GET", Of::Nobody, Access::Read, handle::show_resource_type, "resource_types"},
    {"Schemas", false, "GET", Of::Nobody, Access::Read, handle::list_schemas, "schemas"},
    {"Schemas", true, "GET", Of::Nobody, Access::Read, handle::show_schema, "schemas"},
    {"Me", false, "GET", Of::Both, Access::Read, handle::refuse_me, "me"},
    {"Me", false, "POST", Of::Both, Access::Read, handle::refuse_me, "me"},
    {"Me", false, "PUT", Of::Both, Access::Read, handle::refuse_me, "me"},
    {"Me", false, "PATCH", Of::Both, Access::Read, handle::refuse_me, "me"},
    {"Me", false, "DELETE", Of::Both, Access::Read, handle::refuse_me, "me"},
    {"Bulk", false, "POST", Of::Both, Access::Write, handle::bulk, "bulk"},
    {".search", false, "POST", Of::Both, Access::Read, handle::search, "search"},
};

// `.search` below a type stands where an id would.
constexpr Route searches[] = {
    {"Users", true, "POST", Of::Users, Access::Read, handle::search, "search_users"},
    {"Groups", true, "POST", Of::Groups, Access::Read, handle::search, "search_groups"},
};

}  // namespace

Match match_route(std::string_view method, std::span<const std::string> segments) {
  Match out;
  if (segments.empty() || segments.size() > 2) return out;
  if (segments.size() == 2 && iequals(segments[1], ".search"))
    for (const auto& route : searches) {
      if (!iequals(route.endpoint, segments.front())) continue;
      if (route.method == method)
        out.route = &route;
      else
        out.allowed = route.method;
      return out;
    }
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const auto& route : routes) {
    if (!iequals(route.endpoint, segments.front()) || route.with_id != (segments.size() == 2)) continue;
    if (route.method == wanted) {
      out.route = &route;
      return out;
    }
    if (!out.allowed.empty()) out.allowed += ", ";
    out.allowed += route.method;
  }
  return out;
}

}  // namespace dirbridge::server
