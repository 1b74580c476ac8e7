#pragma once
// What the routes lead to: each reads its request, calls the door and renders the answer.
#include "server/exchange.hpp"

namespace dirbridge::server::handle {

// Users and groups (RFC 7644 section 3).
http::Response create(const Exchange& exchange);
http::Response list(const Exchange& exchange);
http::Response search(const Exchange& exchange);
http::Response find(const Exchange& exchange);
http::Response replace(const Exchange& exchange);
http::Response patch(const Exchange& exchange);
http::Response remove(const Exchange& exchange);
http::Response bulk(const Exchange& exchange);
// RFC 7644 3.11: /Me is the resource of whoever asks.
http::Response refuse_me(const Exchange& exchange);

// Discovery (RFC 7644 section 4).
http::Response show_service_provider_config(const Exchange& exchange);
http::Response list_resource_types(const Exchange& exchange);
http::Response show_resource_type(const Exchange& exchange);
http::Response list_schemas(const Exchange& exchange);
http::Response show_schema(const Exchange& exchange);

}  // namespace dirbridge::server::handle
