#pragma once
// SCIM 1.1 at the edge: a request becomes the one of SCIM 2.0 that means the same, and its answer comes back
// in the words of 1.1. Nothing behind knows of it.
#include <functional>
#include <span>
#include <string>

#include "http/message.hpp"
#include "scim/catalog.hpp"

namespace dirbridge::server {

// Where a request of version 1.1 points: what follows the base path.
struct V1Request {
  const http::Request& request;
  std::span<const std::string> segments;
  std::size_t max_body_bytes;
};

// Runs a request of SCIM 2.0.
using V2 = std::function<http::Response(const http::Request& request, std::span<const std::string> segments)>;

http::Response answer_v1(const V1Request& v1, const scim::Catalog& catalog, const V2& v2);

// Turns any answer of ours, such as one for a wrong token, into the words of 1.1.
http::Response to_v1(http::Response response);

}  // namespace dirbridge::server
