#include "base/seal.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace dirbridge {

namespace {

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const unsigned char* in(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* out(std::string& bytes, std::size_t at) {
  return reinterpret_cast<unsigned char*>(bytes.data()) + at;
}

void must(int done) {
  if (done != 1) throw std::runtime_error("AES-GCM does not work");
}

Cipher start(const Secret& key, std::string_view nonce, std::string_view context, int encrypt) {
  if (key.reveal().size() != seal_key_bytes) throw std::logic_error("a sealing key has 32 bytes");
  Cipher cipher(EVP_CIPHER_CTX_new());
  must(cipher ? 1 : 0);
  must(EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, in(key.reveal()), in(nonce), encrypt));
  int ignored = 0;
  must(EVP_CipherUpdate(cipher.get(), nullptr, &ignored, in(context), static_cast<int>(context.size())));
  return cipher;
}

}  // namespace

std::string seal(const Secret& key, std::string_view text, std::string_view context) {
  std::string sealed = random_bytes(nonce_bytes);
  const auto cipher = start(key, sealed, context, 1);
  sealed.resize(nonce_bytes + text.size() + tag_bytes);
  int length = 0;
  must(EVP_CipherUpdate(cipher.get(), out(sealed, nonce_bytes), &length, in(text),
                        static_cast<int>(text.size())));
  must(EVP_CipherFinal_ex(cipher.get(), out(sealed, nonce_bytes + text.size()), &length));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag_bytes),
                           out(sealed, nonce_bytes + text.size())));
  return sealed;
}

std::optional<std::string> unseal(const Secret& key, std::string_view sealed, std::string_view context) {
  if (sealed.size() < seal_overhead) return std::nullopt;
  const auto cipher = start(key, sealed.substr(0, nonce_bytes), context, 0);
  const auto body = sealed.substr(nonce_bytes, sealed.size() - seal_overhead);
  std::string tag(sealed.substr(sealed.size() - tag_bytes));
  std::string text(body.size() + tag_bytes, '\0');
  int length = 0;
  must(EVP_CipherUpdate(cipher.get(), out(text, 0), &length, in(body), static_cast<int>(body.size())));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag_bytes), tag.data()));
  if (EVP_CipherFinal_ex(cipher.get(), out(text, body.size()), &length) != 1) return std::nullopt;
  text.resize(body.size());
  return text;
}

}  // namespace dirbridge
