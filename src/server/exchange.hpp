#pragma once
// One SCIM request on its way through an operation: what the operation needs to know of it. Built per
// request.
#include <string>

#include "base/clock.hpp"
#include "http/message.hpp"
#include "scim/catalog.hpp"
#include "server/bulk_schedule.hpp"
#include "server/connection.hpp"
#include "server/routes.hpp"

namespace dirbridge::server {

namespace json = boost::json;

// What all requests share. Everything referred to outlives them.
struct Provider {
  const scim::Catalog& catalog;
  BulkHelpers& bulk_helpers;
  std::size_t max_body_bytes;
};

struct Exchange {
  const Provider& provider;
  const http::Request& request;
  Connection& connection;
  const Route& route;
  std::string base_url;  // "https://host/scim/okta/v2": absolute, no slash at the end
  std::string id;        // second segment; empty without one
  Deadline deadline;
};

// The one type that the route is of. Precondition: Of::Users or Of::Groups.
provision::ReaderWriter& resources_of(const Exchange& exchange);

// The body as JSON. UnsupportedMediaType, InvalidSyntax, TooLarge.
Result<json::value> body_of(const Exchange& exchange);

}  // namespace dirbridge::server
