#pragma once
// Result<T>: a value or an Error. Errors are values; exceptions are for bugs only. One function per edge maps
// a kind to a SCIM error, an exit code or an admin answer.
#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace dirbridge {

enum class ErrorKind {
  InvalidSyntax,         // not parsable: JSON, a message without its schema, a URI
  InvalidValue,          // parsable, but a value or type is not acceptable
  InvalidFilter,         // RFC 7644 3.4.2.2
  InvalidPath,           // RFC 7644 3.5.2
  NoTarget,              // a PATCH path that matches nothing
  Mutability,            // readOnly or immutable
  Uniqueness,            // the name is taken
  ValueExists,           // two values of one attribute are the same to the directory
  InvalidCursor,         // RFC 9865: malformed, forged, or of another query
  ExpiredCursor,         // RFC 9865
  InvalidCount,          // RFC 9865: beyond the largest page, or changed between pages
  Conflict,              // not possible as things are, such as a reference to what could not be created
  TooMany,               // more results than we are willing to produce
  TooLarge,              // a request beyond a size limit
  UnsupportedMediaType,  // a body of a type that is not read here
  Unauthorized,          // no or wrong credentials
  Forbidden,             // known caller, not allowed; or the guard refused
  NotFound,              // no such resource or entry
  MissingBase,           // the place below which entries lie is not there: says nothing about them
  PreconditionFailed,    // If-Match, or an assertion control that did not hold
  Refused,               // the directory refused a value: syntax, constraint
  Denied,                // the directory does not do it whatever the values: access, read-only, schema
  Busy,                  // we or the directory are full: retry later
  Unavailable,           // the directory cannot be reached
  Timeout,               // a deadline passed
  OutcomeUnknown,        // a write was in flight when the connection broke: read back before answering
  NotImplemented,        // a feature that is not offered
  Internal,              // a bug or a broken environment
};

std::string_view to_string(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::Internal;
  std::string detail;  // one sentence for the person who has to act; never a secret
  std::string field;   // the offending attribute, parameter or configuration path, when there is one
  boost::source_location where{};  // of a bug or a broken environment: in the log only
};

inline Error error(ErrorKind kind, std::string detail, std::string field = {},
                   const boost::source_location& where = BOOST_CURRENT_LOCATION) {
  return Error{kind, std::move(detail), std::move(field),
               kind == ErrorKind::Internal ? where : boost::source_location()};
}

// "stored.cpp:175"; empty when it is not known.
std::string place_of(const Error& error);

[[noreturn]] void throw_exception_from_error(const Error& e, const boost::source_location& where);

template <class T = void>
using Result = boost::system::result<T, Error>;

}  // namespace dirbridge
