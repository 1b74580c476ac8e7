#pragma once
// LDAP result codes (RFC 4511 A, RFC 4528, RFC 3909) and libldap's own negative ones, mapped once to
// ErrorKind. Error::field is the name of the result code ("objectClassViolation") when the kind is Refused
// or Denied, so that a caller can tell the reasons apart; empty otherwise.
#include <string_view>

#include "base/result.hpp"

namespace dirbridge::ldap {

namespace code {
inline constexpr int success = 0;
inline constexpr int compare_false = 5;
inline constexpr int compare_true = 6;
inline constexpr int referral = 10;
inline constexpr int no_such_attribute = 16;
inline constexpr int value_exists = 20;
inline constexpr int no_such_object = 32;
inline constexpr int insufficient_access = 50;
inline constexpr int assertion_failed = 122;
}  // namespace code

// "noSuchObject"; "unknown" for a code that no RFC of ours names.
std::string_view result_name(int result);

ErrorKind result_kind(int result);

// What the server answered, with its own words. `subject` is the DN or the base of the operation.
Error result_error(int result, std::string_view diagnostic, std::string_view subject);

}  // namespace dirbridge::ldap
