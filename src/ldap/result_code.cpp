#include "ldap/result_code.hpp"

#include <ldap.h>

#include <algorithm>

namespace dirbridge::ldap {

namespace {

struct Row {
  int result;
  std::string_view name;
  ErrorKind kind;
};

// A referral comes from a replica that does not take writes: a matter of configuration, not of the content.
// Refused is what the request's own values can cause; whatever else the directory does not do is for its
// administrator. 80 (other) is what servers answer when they are in trouble themselves: full disk, full map.
constexpr Row rows[] = {
    {1, "operationsError", ErrorKind::Internal},
    {2, "protocolError", ErrorKind::Internal},
    {3, "timeLimitExceeded", ErrorKind::Timeout},
    {4, "sizeLimitExceeded", ErrorKind::TooMany},
    {7, "authMethodNotSupported", ErrorKind::Unauthorized},
    {8, "strongerAuthRequired", ErrorKind::Unavailable},
    {10, "referral", ErrorKind::Unavailable},
    {11, "adminLimitExceeded", ErrorKind::TooMany},
    {12, "unavailableCriticalExtension", ErrorKind::NotImplemented},
    {13, "confidentialityRequired", ErrorKind::Unavailable},
    {14, "saslBindInProgress", ErrorKind::Internal},
    {16, "noSuchAttribute", ErrorKind::Denied},
    {17, "undefinedAttributeType", ErrorKind::Denied},
    {18, "inappropriateMatching", ErrorKind::Denied},
    {19, "constraintViolation", ErrorKind::Refused},
    {20, "attributeOrValueExists", ErrorKind::ValueExists},
    {21, "invalidAttributeSyntax", ErrorKind::Refused},
    {32, "noSuchObject", ErrorKind::NotFound},
    {33, "aliasProblem", ErrorKind::Denied},
    {34, "invalidDNSyntax", ErrorKind::Refused},
    {36, "aliasDereferencingProblem", ErrorKind::Denied},
    {48, "inappropriateAuthentication", ErrorKind::Unauthorized},
    {49, "invalidCredentials", ErrorKind::Unauthorized},
    {50, "insufficientAccessRights", ErrorKind::Denied},
    {51, "busy", ErrorKind::Busy},
    {52, "unavailable", ErrorKind::Unavailable},
    {53, "unwillingToPerform", ErrorKind::Denied},
    {54, "loopDetect", ErrorKind::Internal},
    {64, "namingViolation", ErrorKind::Denied},
    {65, "objectClassViolation", ErrorKind::Denied},
    {66, "notAllowedOnNonLeaf", ErrorKind::Denied},
    {67, "notAllowedOnRDN", ErrorKind::Denied},
    {68, "entryAlreadyExists", ErrorKind::Uniqueness},
    {69, "objectClassModsProhibited", ErrorKind::Denied},
    {71, "affectsMultipleDSAs", ErrorKind::Denied},
    {80, "other", ErrorKind::Unavailable},
    {118, "canceled", ErrorKind::Unavailable},
    {122, "assertionFailed", ErrorKind::PreconditionFailed},
    {123, "authorizationDenied", ErrorKind::Unavailable},
    {LDAP_SERVER_DOWN, "connectionLost", ErrorKind::Unavailable},
    {LDAP_TIMEOUT, "timeout", ErrorKind::Timeout},
    {LDAP_FILTER_ERROR, "filterError", ErrorKind::InvalidFilter},
    {LDAP_CONNECT_ERROR, "connectError", ErrorKind::Unavailable},
};

const Row* find(int result) {
  const auto* at =
      std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return r.result == result; });
  return at == std::end(rows) ? nullptr : at;
}

}  // namespace

std::string_view result_name(int result) {
  const Row* row = find(result);
  return row ? row->name : "unknown";
}

ErrorKind result_kind(int result) {
  const Row* row = find(result);
  return row ? row->kind : ErrorKind::Internal;
}

Error result_error(int result, std::string_view diagnostic, std::string_view subject) {
  const auto kind = result_kind(result);
  std::string detail = "the directory answered ";
  detail.append(result_name(result)).append(" (").append(std::to_string(result)).append(")");
  if (!diagnostic.empty()) detail.append(": ").append(diagnostic);
  if (!subject.empty()) detail.append("; entry: ").append(subject);
  const bool named = kind == ErrorKind::Refused || kind == ErrorKind::Denied;
  return error(kind, std::move(detail), named ? std::string(result_name(result)) : "");
}

}  // namespace dirbridge::ldap
