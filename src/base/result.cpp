#include "base/result.hpp"

#include <stdexcept>

namespace dirbridge {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::InvalidSyntax:
      return "invalid_syntax";
    case ErrorKind::InvalidValue:
      return "invalid_value";
    case ErrorKind::InvalidFilter:
      return "invalid_filter";
    case ErrorKind::InvalidPath:
      return "invalid_path";
    case ErrorKind::NoTarget:
      return "no_target";
    case ErrorKind::Mutability:
      return "mutability";
    case ErrorKind::Uniqueness:
      return "uniqueness";
    case ErrorKind::ValueExists:
      return "value_exists";
    case ErrorKind::InvalidCursor:
      return "invalid_cursor";
    case ErrorKind::ExpiredCursor:
      return "expired_cursor";
    case ErrorKind::InvalidCount:
      return "invalid_count";
    case ErrorKind::Conflict:
      return "conflict";
    case ErrorKind::TooMany:
      return "too_many";
    case ErrorKind::TooLarge:
      return "too_large";
    case ErrorKind::UnsupportedMediaType:
      return "unsupported_media_type";
    case ErrorKind::Unauthorized:
      return "unauthorized";
    case ErrorKind::Forbidden:
      return "forbidden";
    case ErrorKind::NotFound:
      return "not_found";
    case ErrorKind::MissingBase:
      return "missing_base";
    case ErrorKind::PreconditionFailed:
      return "precondition_failed";
    case ErrorKind::Refused:
      return "refused";
    case ErrorKind::Denied:
      return "denied";
    case ErrorKind::Busy:
      return "busy";
    case ErrorKind::Unavailable:
      return "unavailable";
    case ErrorKind::Timeout:
      return "timeout";
    case ErrorKind::OutcomeUnknown:
      return "outcome_unknown";
    case ErrorKind::NotImplemented:
      return "not_implemented";
    case ErrorKind::Internal:
      return "internal";
  }
  return "internal";
}

std::string place_of(const Error& error) {
  if (error.where.line() == 0) return {};
  const std::string_view path = error.where.file_name();
  const auto slash = path.rfind('/');
  return std::string(path.substr(slash == std::string_view::npos ? 0 : slash + 1)) + ":" +
         std::to_string(error.where.line());
}

void throw_exception_from_error(const Error& e, const boost::source_location& where) {
  throw std::logic_error(std::string(where.file_name()) + ":" + std::to_string(where.line()) +
                         ": value of a failed result: " + e.detail);
}

}  // namespace dirbridge
