#include "scim/messages.hpp"

#include <string>
#include <utility>

namespace dirbridge::scim {

ErrorStatus error_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::InvalidSyntax:
      return {400, "invalidSyntax"};
    case ErrorKind::InvalidValue:
      return {400, "invalidValue"};
    case ErrorKind::InvalidFilter:
      return {400, "invalidFilter"};
    case ErrorKind::InvalidPath:
      return {400, "invalidPath"};
    case ErrorKind::NoTarget:
      return {400, "noTarget"};
    case ErrorKind::Mutability:
      return {400, "mutability"};
    case ErrorKind::Uniqueness:
      return {409, "uniqueness"};
    case ErrorKind::ValueExists:
      return {400, "invalidValue"};
    case ErrorKind::InvalidCursor:
      return {400, "invalidCursor"};
    case ErrorKind::ExpiredCursor:
      return {400, "expiredCursor"};
    case ErrorKind::InvalidCount:
      return {400, "invalidCount"};
    case ErrorKind::Conflict:
      return {409, "invalidValue"};
    case ErrorKind::TooMany:
      return {400, "tooMany"};
    case ErrorKind::TooLarge:
      return {413, {}};
    case ErrorKind::UnsupportedMediaType:
      return {415, {}};
    case ErrorKind::Unauthorized:
      return {401, {}};
    case ErrorKind::Forbidden:
      return {403, {}};
    case ErrorKind::NotFound:
      return {404, {}};
    case ErrorKind::MissingBase:
      return {503, {}};
    case ErrorKind::PreconditionFailed:
      return {412, {}};
    case ErrorKind::Refused:
      return {400, "invalidValue"};
    case ErrorKind::Denied:
      return {500, {}};
    case ErrorKind::Busy:
      return {503, {}};
    case ErrorKind::Unavailable:
      return {503, {}};
    case ErrorKind::Timeout:
      return {504, {}};
    case ErrorKind::OutcomeUnknown:
      return {503, {}};
    case ErrorKind::NotImplemented:
      return {501, {}};
    case ErrorKind::Internal:
      return {500, {}};
  }
  return {};
}

json::object error_body(const Error& error) {
  const auto status = error_status(error.kind);
  std::string detail = error.detail.empty() ? std::string(to_string(error.kind)) : error.detail;
  if (!error.field.empty() && detail.find(error.field) == std::string::npos)
    detail = error.field + ": " + detail;
  json::object body{{"schemas", json::array{error_urn}}, {"status", std::to_string(status.http)}};
  if (!status.scim_type.empty()) body.emplace("scimType", status.scim_type);
  body.emplace("detail", std::move(detail));
  return body;
}

json::object list_head(std::uint64_t total_results, std::uint64_t start_index, std::size_t items) {
  return {{"schemas", json::array{list_response_urn}},
          {"totalResults", total_results},
          {"startIndex", start_index},
          {"itemsPerPage", items}};
}

json::object list_response(json::array resources, std::uint64_t total_results, std::uint64_t start_index) {
  auto out = list_head(total_results, start_index, resources.size());
  out.emplace("Resources", std::move(resources));
  return out;
}

json::object cursor_head(std::uint64_t total_results, std::size_t items, const std::string& next,
                         const std::string& previous) {
  json::object out{
      {"schemas", json::array{list_response_urn}}, {"totalResults", total_results}, {"itemsPerPage", items}};
  if (!next.empty()) out.emplace("nextCursor", next);
  if (!previous.empty()) out.emplace("previousCursor", previous);
  return out;
}

}  // namespace dirbridge::scim
