#include "base/password_hash.hpp"

#include <crypt.h>
#include <openssl/crypto.h>

#include <memory>

namespace dirbridge {

namespace {

constexpr const char* sha512_crypt = "$6$";
constexpr std::size_t salt_bytes = 16;

// crypt(3) works in a large block that has seen the password.
struct Wipe {
  void operator()(crypt_data* block) const {
    OPENSSL_cleanse(block, sizeof *block);
    delete block;
  }
};

}  // namespace

Result<std::string> password_hash(const Secret& password) {
  const auto& text = password.reveal();
  if (text.size() >= CRYPT_MAX_PASSPHRASE_SIZE || text.find('\0') != std::string::npos)
    return error(ErrorKind::InvalidValue, "a password has at most 511 bytes and no NUL", "password");
  const auto salt = random_bytes(salt_bytes);
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  const std::unique_ptr<crypt_data, Wipe> block(new crypt_data());
  const char* hash = nullptr;
  if (crypt_gensalt_rn(sha512_crypt, 0, salt.data(), static_cast<int>(salt.size()), setting, sizeof setting))
    hash = crypt_rn(text.c_str(), setting, block.get(), sizeof *block);
  if (!hash) return error(ErrorKind::Internal, "crypt(3) of this system does not know SHA-512");
  return "{CRYPT}" + std::string(hash);
}

}  // namespace dirbridge
