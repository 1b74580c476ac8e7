#pragma once
// xsd:dateTime (RFC 7643 2.3.5) as an instant: any number of fraction digits (nanoseconds are kept), any
// offset. A missing zone is read as UTC.
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dirbridge::scim {

struct Instant {
  std::int64_t seconds = 0;  // since 1970-01-01T00:00:00Z
  std::int32_t nanoseconds = 0;
  friend auto operator<=>(const Instant&, const Instant&) = default;  // NOLINT: clang-tidy 14 sees a null
};

std::optional<Instant> parse_date_time(std::string_view text);

}  // namespace dirbridge::scim
