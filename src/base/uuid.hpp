#pragma once
// Resource ids: UUIDs (RFC 9562) in their canonical lower-case text form. Version 7, so that ids sort by
// creation, to a fraction of a microsecond.
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace dirbridge {

std::string new_uuid(WallTime now);
// The same for the same name, everywhere (version 8).
std::string named_uuid(std::string_view name);
bool is_uuid(std::string_view text);  // canonical form, any case
// When a UUID of version 7 was made; absent: it is none.
std::optional<WallTime> uuid_time(std::string_view text);

using UuidBytes = std::array<unsigned char, 16>;
UuidBytes pack_uuid(std::string_view text);  // text for which is_uuid() holds
std::string unpack_uuid(const UuidBytes& bytes);
inline constexpr std::size_t uuid_chars = 36;
void write_uuid(const UuidBytes& bytes, char* out);  // uuid_chars of them

}  // namespace dirbridge
