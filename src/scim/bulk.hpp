#pragma once
// Bulk requests (RFC 7644 3.7): the message, and "bulkId:x" where the id of a resource belongs that another
// operation of the same request creates. Pure; who runs the operations is server/.
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "scim/catalog.hpp"

namespace dirbridge::scim {

inline constexpr std::size_t max_bulk_operations = 1000;
inline constexpr std::string_view bulk_request_urn = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
inline constexpr std::string_view bulk_response_urn = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

enum class BulkMethod { Post, Put, Patch, Delete };

struct BulkOperation {
  BulkMethod method = BulkMethod::Post;
  std::string method_text;  // as sent, for the answer
  std::string bulk_id;      // empty: none
  const ResourceType* type = nullptr;
  std::string id;  // of the resource, or "bulkId:x"; empty for POST
  std::string version;
  json::value data;
  std::optional<Error> problem;  // it cannot be run: it alone fails
};

struct BulkRequest {
  std::optional<std::size_t> fail_on_errors;  // stop after so many
  std::vector<BulkOperation> operations;
};

// InvalidSyntax: not a BulkRequest. TooLarge: more than max_bulk_operations. What is wrong with one operation
// is that operation's problem: method, path, a POST without bulkId, a bulkId twice, no data. Error.field is
// "Operations[2].path".
Result<BulkRequest> parse_bulk(const Catalog& catalog, json::value body);

// The bulkIds that the operation refers to, each once: values, `$ref`, filters in PATCH paths, its own path.
std::set<std::string> references(const BulkOperation& operation);

using CreatedIds = std::unordered_map<std::string, std::string>;  // bulkId -> id

// Puts ids in the place of references; those of `created` only.
void resolve_references(json::value& data, const CreatedIds& created);
void resolve_references(std::string& text, const CreatedIds& created);

// Takes out of a resource what refers to one of these bulkIds: elements of lists, else whole attributes. What
// is returned has the shape of a path-less PATCH value, which adds it later.
json::object take_references(json::object& resource, const std::set<std::string>& bulk_ids);

}  // namespace dirbridge::scim
