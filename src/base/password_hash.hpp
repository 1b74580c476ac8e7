#pragma once
// What is stored instead of a password: "{CRYPT}$6$...", crypt(3) with SHA-512, 5000 rounds and a salt of its
// own. Every OpenLDAP on Linux checks it without a module, which {SSHA512}, {PBKDF2-...} and {ARGON2} need,
// and it is stretched, which {SSHA} is not. Thread-safe.
#include <string>

#include "base/secret.hpp"

namespace dirbridge {

// InvalidValue when crypt(3) cannot take the password: longer than 511 bytes, or with a NUL.
Result<std::string> password_hash(const Secret& password);

}  // namespace dirbridge
