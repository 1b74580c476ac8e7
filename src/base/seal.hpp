#pragma once
// Authenticated encryption (AES-256-GCM, NIST SP 800-38D) of small texts that leave us and come back. The
// nonce is random, so one key is good for some billions of them. Pure functions; thread-safe.
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace dirbridge {

inline constexpr std::size_t seal_key_bytes = 32;
inline constexpr std::size_t seal_overhead = 12 + 16;  // nonce and tag

// `context` is not in the result, but the same must be given to open it. Throws when `key` has another
// length.
std::string seal(const Secret& key, std::string_view text, std::string_view context);
// nullopt: not sealed with this key in this context, or changed since.
std::optional<std::string> unseal(const Secret& key, std::string_view sealed, std::string_view context);

}  // namespace dirbridge
