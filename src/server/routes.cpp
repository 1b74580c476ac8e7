#include "server/routes.hpp"

#include "base/text.hpp"

namespace dirbridge::server {

namespace {

constexpr Route routes[] = {
    {"Users", false, "POST", Operation::Create, "create_user"},
    {"Users", false, "GET", Operation::List, "list_users"},
    {"Users", true, "GET", Operation::Find, "find_user"},
    {"Users", true, "PUT", Operation::Replace, "replace_user"},
    {"Users", true, "PATCH", Operation::Patch, "patch_user"},
    {"Users", true, "DELETE", Operation::Remove, "remove_user"},
    {"Groups", false, "POST", Operation::Create, "create_group"},
    {"Groups", false, "GET", Operation::List, "list_groups"},
    {"Groups", true, "GET", Operation::Find, "find_group"},
    {"Groups", true, "PUT", Operation::Replace, "replace_group"},
    {"Groups", true, "PATCH", Operation::Patch, "patch_group"},
    {"Groups", true, "DELETE", Operation::Remove, "remove_group"},
    {"ServiceProviderConfig", false, "GET", Operation::ShowServiceProviderConfig, "service_provider_config"},
    {"ResourceTypes", false, "GET", Operation::ListResourceTypes, "resource_types"},
    {"ResourceTypes", true, "GET", Operation::ShowResourceType, "resource_types"},
    {"Schemas", false, "GET", Operation::ListSchemas, "schemas"},
    {"Schemas", true, "GET", Operation::ShowSchema, "schemas"},
    {"Me", false, "GET", Operation::NotOffered, "me"},
    {"Me", false, "POST", Operation::NotOffered, "me"},
    {"Me", false, "PUT", Operation::NotOffered, "me"},
    {"Me", false, "PATCH", Operation::NotOffered, "me"},
    {"Me", false, "DELETE", Operation::NotOffered, "me"},
    {"Bulk", false, "POST", Operation::Bulk, "bulk"},
    {".search", false, "POST", Operation::Search, "search"},
};

// `.search` below a type stands where an id would.
constexpr Route searches[] = {
    {"Users", true, "POST", Operation::Search, "search_users"},
    {"Groups", true, "POST", Operation::Search, "search_groups"},
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
