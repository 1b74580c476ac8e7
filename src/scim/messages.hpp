#pragma once
// Protocol messages (RFC 7644 3.4.2, 3.12) and the one mapping from our error kinds to SCIM's.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace dirbridge::scim {

namespace json = boost::json;

inline constexpr std::string_view media_type = "application/scim+json";
inline constexpr std::string_view list_response_urn = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
inline constexpr std::string_view error_urn = "urn:ietf:params:scim:api:messages:2.0:Error";
inline constexpr std::string_view patch_op_urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

struct ErrorStatus {
  int http = 500;
  std::string_view scim_type;  // empty: none
};

ErrorStatus error_status(ErrorKind kind);

// `detail` is always there and names the field when there is one; `status` is text (RFC 7644 3.12).
json::object error_body(const Error& error);

// start_index from 1. itemsPerPage is the number of resources in this page.
json::object list_response(json::array resources, std::uint64_t total_results, std::uint64_t start_index);
// The same without Resources.
json::object list_head(std::uint64_t total_results, std::uint64_t start_index, std::size_t items);

}  // namespace dirbridge::scim
