#pragma once
// Resources and errors -> HTTP answers. The only place that decides how a SCIM answer looks.
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "http/message.hpp"
#include "scim/projection.hpp"
#include "scim/resource_type.hpp"

namespace dirbridge::server {

namespace json = boost::json;

http::Response answer(int status, const json::object& body);

// RFC 7644 3.12; 401 with WWW-Authenticate, 415 for a coding with Accept-Encoding (RFC 9110 12.5.3), 503 and
// 429 with Retry-After in whole seconds.
http::Response answer(const Error& error);

// For requests that never reach an operation; `status` is HTTP's own.
http::Response answer_http_error(int status, const std::string& detail);

// Completes a resource for a client: meta.location, members.$ref below `base_url`, and the projection.
json::object present(const scim::ResourceType& type, json::object resource, const std::string& base_url,
                     const scim::Projection& projection);

// A ListResponse (RFC 7644 3.4.2), written resource by resource.
class ListAnswer {
 public:
  // `head`: the message without Resources. `expected`: about how many there will be.
  ListAnswer(const json::object& head, std::size_t expected);
  void add(const json::object& resource);
  http::Response finish() &&;

 private:
  std::string text_;
  bool empty_ = true;
};

// One resource as an answer: ETag and Location beside the body; without a body for 204.
http::Response answer_resource(int status, const scim::ResourceType& type, json::object resource,
                               const std::string& base_url, const scim::Projection& projection);

}  // namespace dirbridge::server
