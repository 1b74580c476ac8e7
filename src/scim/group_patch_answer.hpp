#pragma once
// How a PATCH of a Group is answered (RFC 7644 3.5.2 leaves the choice): with the group (200) or with nothing
// (204). Reading a large group costs more than changing it.

namespace dirbridge::scim {

enum class GroupPatchAnswer { Always, Never, WhenSmall };

}  // namespace dirbridge::scim
