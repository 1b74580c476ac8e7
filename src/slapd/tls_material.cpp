#include "slapd/tls_material.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>

#include "slapd/files.hpp"

namespace dirbridge::slapd {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<&EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<&X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<&X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Deleter<&BIO_free>>;
using Number = std::unique_ptr<BIGNUM, Deleter<&BN_free>>;

constexpr long ten_years_in_seconds = 3650L * 24 * 3600;
constexpr long clock_difference_in_seconds = 3600;

bool add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context{};
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  const Number number(BN_new());
  return number && BN_rand(number.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

// Null when OpenSSL refuses. The issuer of a self-signed certificate is itself.
Certificate new_certificate(const char* common_name, EVP_PKEY* key, X509* issuer) {
  Certificate certificate(X509_new());
  if (!certificate) return nullptr;
  X509* raw = certificate.get();
  X509_NAME* name = X509_get_subject_name(raw);
  const auto* text = reinterpret_cast<const unsigned char*>(common_name);
  const bool good = X509_set_version(raw, X509_VERSION_3) == 1 && set_serial(raw) &&
                    X509_gmtime_adj(X509_getm_notBefore(raw), -clock_difference_in_seconds) != nullptr &&
                    X509_gmtime_adj(X509_getm_notAfter(raw), ten_years_in_seconds) != nullptr &&
                    X509_set_pubkey(raw, key) == 1 &&
                    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
                    X509_set_issuer_name(raw, X509_get_subject_name(issuer == nullptr ? raw : issuer)) == 1;
  return good ? std::move(certificate) : nullptr;
}

template <class Write>
Result<> write_pem(const std::string& path, Write write) {
  const Memory memory(BIO_new(BIO_s_mem()));
  char* bytes = nullptr;
  if (!memory || write(memory.get()) != 1) return error(ErrorKind::Internal, "cannot encode " + path);
  const long size = BIO_get_mem_data(memory.get(), &bytes);
  return write_private_file(path, std::string(bytes, static_cast<std::size_t>(size)));
}

Result<> write_certificate(const std::string& path, X509* certificate) {
  return write_pem(path, [&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

}  // namespace

Result<> make_tls_material(const std::string& folder) {
  const Key ca_key(EVP_EC_gen("P-256"));
  const Key key(EVP_EC_gen("P-256"));
  if (!ca_key || !key) return error(ErrorKind::Internal, "cannot make keys for TLS");
  const Certificate ca = new_certificate("dirbridge throw-away CA", ca_key.get(), nullptr);
  const Certificate server = ca ? new_certificate("localhost", key.get(), ca.get()) : nullptr;
  const bool good =
      server && add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE") &&
      add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign") &&
      add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash") &&
      X509_sign(ca.get(), ca_key.get(), EVP_sha256()) > 0 &&
      add_extension(server.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(server.get(), ca.get(), NID_ext_key_usage, "serverAuth") &&
      add_extension(server.get(), ca.get(), NID_authority_key_identifier, "keyid") &&
      add_extension(server.get(), ca.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") &&
      X509_sign(server.get(), ca_key.get(), EVP_sha256()) > 0;
  if (!good) return error(ErrorKind::Internal, "cannot make certificates for TLS");
  if (auto ok = make_folder(folder); !ok) return ok.error();
  if (auto ok = write_certificate(folder + "/ca.pem", ca.get()); !ok) return ok.error();
  if (auto ok = write_certificate(folder + "/server.pem", server.get()); !ok) return ok.error();
  return write_pem(folder + "/server.key", [&](BIO* out) {
    return PEM_write_bio_PKCS8PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

}  // namespace dirbridge::slapd
