#pragma once
// Secrets and the random and hash functions around them. A Secret cannot be streamed or logged; its bytes are
// wiped when it dies. Tokens are kept only as hashes and compared in constant time.
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dirbridge {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  bool empty() const { return value_.empty(); }
  // The only way to the bytes: easy to find in a review.
  const std::string& reveal() const { return value_; }

 private:
  void wipe() noexcept;
  std::string value_;
};

// The first line of a file that only its owner or its group can read (at most 0640).
Result<Secret> read_secret_file(const std::string& path);

std::string random_bytes(std::size_t count);  // cryptographically strong; throws when the system has none
std::string sha256(std::string_view bytes);   // 32 raw bytes
bool equal_in_constant_time(std::string_view a, std::string_view b);

// "dirb_" + 256 random bits, base64url: a bearer token (RFC 6750 2.1).
std::string new_token();
// What is stored of a token: "sha256:<hex>". A token has 256 bits of its own, so no salt and no stretching.
std::string token_hash(std::string_view token);

}  // namespace dirbridge
