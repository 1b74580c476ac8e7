#pragma once
// Queries (RFC 7644 3.4.2, 3.4.3; RFC 9865): parameters -> one page of resources as an answer. And what
// parameters say about the resources of any answer (3.9).
#include <span>

#include "scim/projection.hpp"
#include "server/exchange.hpp"
#include "server/query_parameters.hpp"

namespace dirbridge::server {

// InvalidValue: `attributes` and `excludedAttributes` exclude each other; more than 1000 names.
Result<scim::Projection> read_projection(const scim::ResourceType& type, const std::string& attributes,
                                         const std::string& excluded);

// For a single resource: a group's members and a user's groups are part of it unless the client leaves them
// out.
provision::Members memberships_for(const scim::ResourceType& type, const scim::Projection& projection);
// Has the client asked by name for a user's groups? Lists, and answers to changes, show them only then.
bool asks_for_groups(const scim::ResourceType& type, const scim::Projection& projection);

// Lists over one type, or over several in one order.
http::Response answer_query(const Exchange& exchange, std::span<provision::Reader* const> types,
                            const QueryParameters& parameters);

}  // namespace dirbridge::server
