#pragma once
// One SCIM request on its way through an operation: what the operation needs to know of it. Built per
// request.
#include <string>

#include "base/clock.hpp"
#include "http/message.hpp"
#include "provision/doors/writer.hpp"
#include "scim/projection.hpp"
#include "server/connection.hpp"
#include "server/routes.hpp"

namespace dirbridge::server {

namespace json = boost::json;

struct Exchange {
  const http::Request& request;
  Connection& connection;
  const Route& route;
  std::string base_url;  // "https://host/scim/okta/v2": absolute, no slash at the end
  std::string id;        // second segment; empty without one
  Deadline deadline;
  std::size_t max_body_bytes;
};

// The body as JSON. UnsupportedMediaType, InvalidSyntax, TooLarge.
Result<json::value> body_of(const Exchange& exchange);

// The operations on Users and Groups: parse, call, render.
http::Response run_operation(const Exchange& exchange);

}  // namespace dirbridge::server
