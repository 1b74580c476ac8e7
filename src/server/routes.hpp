#pragma once
// Which path and method mean which operation: one table, from which 404, 405 and metric labels follow too.
#include <span>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace dirbridge::server {

struct Exchange;
using Handler = http::Response (*)(const Exchange& exchange);

// Of whose resources a route is. Of Nobody: discovery, which asks no directory.
enum class Of { Nobody, Users, Groups, Both };

enum class Access { Read, Write };

struct Route {
  std::string_view endpoint;  // first segment below the base: "Users"
  bool with_id;               // a second segment follows
  std::string_view method;
  Of of;
  Access access;
  Handler handler;
  std::string_view name;  // metric label
};

struct Match {
  const Route* route = nullptr;  // null: see allowed
  std::string allowed;  // methods for Allow when only the method is wrong (405); empty: no such path (404)
};

// `segments`: what follows the connection's base. The endpoint's letter case does not matter.
Match match_route(std::string_view method, std::span<const std::string> segments);

}  // namespace dirbridge::server
