#pragma once
// HTTP/1.1 client, blocking with a deadline. A Client keeps its connection alive between calls to the same
// origin. Not thread-safe: one per thread. TLS: at least 1.2, SNI, peer and host name verified.
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

namespace dirbridge::http {

struct ClientSettings {
  std::string ca_file;  // empty: the system's trust store
  std::size_t body_bytes = 64 * 1024 * 1024;
};

struct OutgoingRequest {
  std::string method = "GET";
  std::string url;  // http:// or https://
  Headers headers;
  std::string body;
};

class Client {
 public:
  virtual ~Client() = default;
  virtual Result<Response> send(const OutgoingRequest& request, Deadline deadline) = 0;
};

std::unique_ptr<Client> make_client(const ClientSettings& settings);

}  // namespace dirbridge::http
