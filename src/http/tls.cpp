#include "http/tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace dirbridge::http {
namespace {

thread_local std::string last_error;

std::string take_error() {
  char text[256] = "unknown TLS error";
  if (const unsigned long code = ERR_get_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

// OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE; this one sends with MSG_NOSIGNAL.
struct Wire {
  int fd;
  bool ended = false;
};

Wire& wire_of(BIO* bio) {
  return *static_cast<Wire*>(BIO_get_data(bio));
}

bool interrupted(ssize_t count) {
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

int bio_write(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t count = ::send(wire_of(bio).fd, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (interrupted(count)) BIO_set_retry_write(bio);
  return static_cast<int>(count);
}

int bio_read(BIO* bio, char* data, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t count = ::recv(wire_of(bio).fd, data, static_cast<std::size_t>(size), 0);
  if (interrupted(count)) BIO_set_retry_read(bio);
  if (count == 0) wire_of(bio).ended = true;
  return static_cast<int>(count);
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return wire_of(bio).ended ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* bio_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "dirbridge socket");
    BIO_meth_set_write(m, &bio_write);
    BIO_meth_set_read(m, &bio_read);
    BIO_meth_set_ctrl(m, &bio_control);
    return m;
  }();
  return method;
}

class TlsChannel final : public Channel {
 public:
  TlsChannel(SSL* ssl, int fd) : wire_{fd}, ssl_(ssl, &SSL_free) {
    BIO* bio = BIO_new(bio_method());
    BIO_set_data(bio, &wire_);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
  }

  IoResult handshake() override {
    ERR_clear_error();
    return result(SSL_do_handshake(ssl_.get()), 0);
  }

  IoResult read(char* buffer, std::size_t size) override {
    ERR_clear_error();
    std::size_t count = 0;
    const int code = SSL_read_ex(ssl_.get(), buffer, size, &count);
    return result(code, count);
  }

  IoResult write(std::string_view first, std::string_view second) override {
    const std::string_view part = first.empty() ? second : first;
    if (part.empty()) return {IoStatus::Done, 0};
    ERR_clear_error();
    std::size_t count = 0;
    const int code = SSL_write_ex(ssl_.get(), part.data(), part.size(), &count);
    return result(code, count);
  }

  bool has_buffered_input() const override { return SSL_has_pending(ssl_.get()) == 1; }

  void finish_writing() override {
    ERR_clear_error();
    if (!failed_ && SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
    ERR_clear_error();
    ::shutdown(wire_.fd, SHUT_WR);
  }

  bool secure() const override { return true; }

 private:
  IoResult result(int code, std::size_t count) {
    if (code > 0) return {IoStatus::Done, count};
    switch (SSL_get_error(ssl_.get(), code)) {
      case SSL_ERROR_WANT_READ:
        return {IoStatus::WantRead, 0};
      case SSL_ERROR_WANT_WRITE:
        return {IoStatus::WantWrite, 0};
      case SSL_ERROR_ZERO_RETURN:
        return {IoStatus::Closed, 0};
      default:
        break;
    }
    failed_ = true;  // SSL_shutdown must not follow a fatal error
    const bool truncated = ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
    remember_error();
    return {truncated ? IoStatus::Truncated : IoStatus::Failed, 0};
  }

  void remember_error() {
    const long verdict = SSL_get_verify_result(ssl_.get());
    last_error = take_error();
    if (verdict != X509_V_OK) last_error += std::string(": ") + X509_verify_cert_error_string(verdict);
  }

  Wire wire_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  bool failed_ = false;
};

std::shared_ptr<void> make_context(const SSL_METHOD* method) {
  SSL_CTX* context = SSL_CTX_new(method);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return {context, [](void* c) { SSL_CTX_free(static_cast<SSL_CTX*>(c)); }};
}

SSL_CTX* raw(const std::shared_ptr<void>& context) {
  return static_cast<SSL_CTX*>(context.get());
}

Error bad_file(const std::string& what, const std::string& file) {
  return error(ErrorKind::InvalidValue, "Cannot use the " + what + " " + file + ": " + take_error());
}

bool is_numeric_address(const std::string& host) {
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str());
  ASN1_OCTET_STRING_free(address);
  return address != nullptr;
}

}  // namespace

Result<TlsContext> TlsContext::for_server(const std::string& certificate_file, const std::string& key_file) {
  ERR_clear_error();
  auto context = make_context(TLS_server_method());
  SSL_CTX_set_options(raw(context), SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Of TLS 1.2 only what has forward secrecy and is authenticated with what it encrypts (RFC 9325 4.2).
  if (SSL_CTX_set_cipher_list(raw(context), "ECDHE+AESGCM:ECDHE+CHACHA20") != 1)
    return error(ErrorKind::Internal, "No cipher suite for TLS 1.2: " + take_error());
  if (SSL_CTX_use_certificate_chain_file(raw(context), certificate_file.c_str()) != 1)
    return bad_file("certificate file", certificate_file);
  if (SSL_CTX_use_PrivateKey_file(raw(context), key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(raw(context)) != 1)
    return bad_file("key file", key_file);
  return TlsContext(std::move(context));
}

Result<TlsContext> TlsContext::for_client(const std::string& ca_file) {
  ERR_clear_error();
  auto context = make_context(TLS_client_method());
  SSL_CTX_set_verify(raw(context), SSL_VERIFY_PEER, nullptr);
  if (ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(raw(context));
  } else if (SSL_CTX_load_verify_file(raw(context), ca_file.c_str()) != 1) {
    return bad_file("CA file", ca_file);
  }
  return TlsContext(std::move(context));
}

std::unique_ptr<Channel> TlsContext::accept(int fd) const {
  SSL* ssl = SSL_new(raw(context_));
  SSL_set_accept_state(ssl);
  return std::make_unique<TlsChannel>(ssl, fd);
}

std::unique_ptr<Channel> TlsContext::connect(int fd, const std::string& host) const {
  SSL* ssl = SSL_new(raw(context_));
  SSL_set_connect_state(ssl);
  if (is_numeric_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
  } else {
    // What SSL_set_tlsext_host_name expands to, less its C cast.
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str()));
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl, host.c_str());
  }
  return std::make_unique<TlsChannel>(ssl, fd);
}

std::string last_tls_error() {
  return last_error;
}

}  // namespace dirbridge::http
