#pragma once
// Which path and method mean which operation: one table, from which 404, 405 and metric labels follow too.
#include <span>
#include <string>
#include <string_view>

namespace dirbridge::server {

enum class Operation {
  Create,
  List,
  Search,
  Find,
  Replace,
  Patch,
  Remove,
  Bulk,
  ShowServiceProviderConfig,
  ListResourceTypes,
  ShowResourceType,
  ListSchemas,
  ShowSchema,
  NotOffered,  // known to RFC 7644, answered 501
};

struct Route {
  std::string_view endpoint;  // first segment below the base: "Users"
  bool with_id;               // a second segment follows
  std::string_view method;
  Operation operation;
  std::string_view name;  // metric label
};

struct Match {
  const Route* route = nullptr;  // null: see allowed
  std::string allowed;  // methods for Allow when only the method is wrong (405); empty: no such path (404)
};

// `segments`: what follows the connection's base. The endpoint's letter case does not matter.
Match match_route(std::string_view method, std::span<const std::string> segments);

}  // namespace dirbridge::server
