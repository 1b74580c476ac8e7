#pragma once
// POST /Bulk (RFC 7644 3.7): each operation runs as a request of its own would, and gets an answer of its
// own.
#include "scim/catalog.hpp"
#include "server/bulk_schedule.hpp"
#include "server/exchange.hpp"

namespace dirbridge::server {

http::Response run_bulk(const Exchange& exchange);

}  // namespace dirbridge::server
