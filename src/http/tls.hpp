#pragma once
// TLS 1.2+ over OpenSSL. A TlsContext is immutable after creation and shared by all threads; channels are
// not.
#include <memory>
#include <string>

#include "base/result.hpp"
#include "http/channel.hpp"

namespace dirbridge::http {

class TlsContext {
 public:
  // PEM files: a certificate chain and its key.
  static Result<TlsContext> for_server(const std::string& certificate_file, const std::string& key_file);
  // Verifies peers against `ca_file`, or the system's trust store when it is empty.
  static Result<TlsContext> for_client(const std::string& ca_file);

  std::unique_ptr<Channel> accept(int fd) const;
  // SNI and verification of the name (or numeric address) `host`.
  std::unique_ptr<Channel> connect(int fd, const std::string& host) const;

 private:
  explicit TlsContext(std::shared_ptr<void> context) : context_(std::move(context)) {}
  std::shared_ptr<void> context_;
};

// Why the last operation of a TLS channel on this thread failed, for a log or an error detail.
std::string last_tls_error();

}  // namespace dirbridge::http
