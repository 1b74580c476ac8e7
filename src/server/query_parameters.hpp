#pragma once
// The parameters of a query, from a URL (RFC 7644 3.4.2) or from the SearchRequest of POST /.search (3.4.3;
// `cursor`: RFC 9865 section 3). Both forms end in one value; what the texts mean is looked at later. Pure
// functions.
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "http/uri.hpp"

namespace dirbridge::server {

struct QueryParameters {
  std::string attributes;           // comma list
  std::string excluded_attributes;  // comma list
  std::optional<std::string> filter;
  std::optional<std::string> sort_by;
  std::optional<std::string> sort_order;
  std::optional<std::string> cursor;  // empty: the first page
  std::optional<std::int64_t> start_index;
  std::optional<std::int64_t> count;
};

// InvalidValue naming the parameter: a number that is none. Numbers too large for the type count as the
// largest.
Result<QueryParameters> read_query(const http::Target& target);
// InvalidSyntax: not an object, or not a SearchRequest. InvalidValue naming the member: a wrong type. Names
// in any case; null is absent.
Result<QueryParameters> read_search_request(const boost::json::value& body);

}  // namespace dirbridge::server
