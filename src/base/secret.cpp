#include "base/secret.hpp"

#include <sys/stat.h>
#include <fstream>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "base/text.hpp"

namespace dirbridge {

void Secret::wipe() noexcept {
  if (!value_.empty()) OPENSSL_cleanse(value_.data(), value_.size());
  value_.clear();
}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    value_ = other.value_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    value_ = std::move(other.value_);
    other.wipe();
  }
  return *this;
}

Result<Secret> read_secret_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return error(ErrorKind::NotFound,
                 "secret file " + path + " does not exist or its folder is not readable");
  if (!S_ISREG(status.st_mode))
    return error(ErrorKind::InvalidValue, "secret file " + path + " is not a file");
  if ((status.st_mode & (S_IWGRP | S_IRWXO)) != 0)
    return error(ErrorKind::Forbidden,
                 "secret file " + path + " is open to others: chmod 600 it (640 for a service group)");
  std::ifstream in(path, std::ios::binary);
  std::string line;
  if (!in) return error(ErrorKind::Forbidden, "secret file " + path + " cannot be opened");
  std::getline(in, line);
  while (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) return error(ErrorKind::InvalidValue, "secret file " + path + " is empty");
  Secret secret(line);
  OPENSSL_cleanse(line.data(), line.size());
  return secret;
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
    throw std::runtime_error("the system has no random bytes");
  return bytes;
}

std::string sha256(std::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string new_token() {
  return "dirb_" + to_base64url(random_bytes(32));
}

std::string token_hash(std::string_view token) {
  return "sha256:" + to_hex(sha256(token));
}

}  // namespace dirbridge
