#pragma once
// HTTP/1.1 server: one I/O thread (Asio), a bounded pool of workers that run the handler as plain synchronous
// code. A full queue is answered 503 + Retry-After by the I/O thread. Each listener has its own limits and
// handler. Thread-safe: stop() from any thread; the handler is called from several worker threads at once.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

namespace dirbridge::http {

struct TlsFiles {
  std::string certificate_file;  // PEM chain
  std::string key_file;          // PEM
};

struct Limits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 10 * 1024 * 1024;
  std::size_t connections = 1024;
  std::size_t queued_requests = 256;
  std::size_t workers = 8;
  std::chrono::milliseconds header_timeout{
      15'000};  // from the first byte of a request to the end of its header
  std::chrono::milliseconds body_timeout{60'000};
  std::chrono::milliseconds idle_timeout{120'000};    // keep-alive
  std::chrono::milliseconds request_timeout{30'000};  // the deadline a handler gets
  std::chrono::milliseconds write_timeout{60'000};
};

using Handler = std::function<Response(const Request&, Deadline)>;

// How a request that never reaches the handler is answered (bad request, 408, 413, 414, 431, 503): the body
// and its content type are the caller's, so that a SCIM listener answers SCIM errors.
using ErrorRenderer = std::function<Response(int status, const std::string& detail)>;

struct ServerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  std::optional<TlsFiles> tls;
  Limits limits;
};

class Server {
 public:
  static Result<std::unique_ptr<Server>> start(const ServerSettings& settings, Handler handler,
                                               ErrorRenderer errors);
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  // Stops accepting, lets requests in progress finish until the deadline, then closes. Blocks. Idempotent.
  virtual void stop(Deadline deadline) = 0;
};

}  // namespace dirbridge::http
