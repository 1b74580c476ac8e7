// Which cipher suites of TLS 1.2 are spoken.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "certificate.hpp"
#include "peer.hpp"

namespace dirbridge::http::testing_http {
namespace {

// Whether a handshake with these suites alone succeeds.
bool shakes_hands(std::uint16_t port, const char* suites) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_security_level(context.get(), 0);
  EXPECT_EQ(SSL_CTX_set_cipher_list(context.get(), suites), 1) << suites;
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), &SSL_free);
  const Deadline deadline = deadline_in(patience);
  const Fd fd = connect_to("127.0.0.1", port, deadline).value();
  SSL_set_fd(ssl.get(), fd.get());
  for (;;) {
    const int code = SSL_connect(ssl.get());
    if (code == 1) return true;
    const int error = SSL_get_error(ssl.get(), code);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return false;
    const auto what = error == SSL_ERROR_WANT_READ ? Ready::Read : Ready::Write;
    if (!wait_until_ready(fd.get(), what, deadline)) return false;
  }
}

TEST(TlsSuites, F_OnlyForwardSecrecyWithAuthenticatedEncryption) {
  for (const auto type : {Certificate::KeyType::EllipticCurve, Certificate::KeyType::Rsa}) {
    const Certificate certificate("IP:127.0.0.1", type);
    ServerSettings settings;
    settings.tls = TlsFiles{certificate.certificate_file(), certificate.key_file()};
    const TestServer server(&echo, settings);
    for (const auto* const good : {"ECDHE+AESGCM", "ECDHE+CHACHA20"})
      EXPECT_TRUE(shakes_hands(server.port(), good)) << good;
    for (const auto* const bad : {"kRSA", "ECDHE:!AESGCM:!CHACHA20:!aNULL:!eNULL", "DHE"})
      EXPECT_FALSE(shakes_hands(server.port(), bad)) << bad;
  }
}

}  // namespace
}  // namespace dirbridge::http::testing_http
