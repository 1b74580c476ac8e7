#include "provision/refusal.hpp"

#include "base/log.hpp"

namespace dirbridge::provision {

bool concerns_content(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::InvalidSyntax:
    case ErrorKind::InvalidValue:
    case ErrorKind::InvalidFilter:
    case ErrorKind::InvalidPath:
    case ErrorKind::NoTarget:
    case ErrorKind::Mutability:
    case ErrorKind::Uniqueness:
    case ErrorKind::ValueExists:
    case ErrorKind::Conflict:
    case ErrorKind::TooLarge:
    case ErrorKind::Refused:
    case ErrorKind::Denied:
      return true;
    default:
      return false;
  }
}

void log_incomplete(const Context& context, const directory::Dn& home, const std::string& detail) {
  log::error("disable_incomplete",
             {{"connection", context.rules.connection}, {"dn", home.str()}, {"detail", detail}});
}

std::string field_of(const Error& why) {
  const bool named = why.kind != ErrorKind::Refused && why.kind != ErrorKind::Denied && !why.field.empty();
  return named ? why.field : "attributes";
}

}  // namespace dirbridge::provision
