#pragma once
// HTTP/1.1 server: one I/O thread (Asio), a bounded pool of workers that run the handler as plain synchronous
// code. A full queue, and more bytes of bodies at once than the limit, are answered 503 + Retry-After by the
// I/O thread. Each listener has its own limits and handler. Who has not said who it is gets no worker, no
// room for a body, and gives way to others when connections run short. Thread-safe: stop() from any thread;
// the handler is called from several worker threads at once.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/message.hpp"
#include "http/tls.hpp"

namespace dirbridge::http {

struct TlsFiles {
  std::string certificate_file;  // PEM chain
  std::string key_file;          // PEM
  friend bool operator==(const TlsFiles&, const TlsFiles&) = default;
};

struct Limits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 10 * 1024 * 1024;
  std::size_t body_bytes_in_flight = 128 * 1024 * 1024;  // of all bodies that arrive, wait or are handled
  std::size_t connections = 1024;
  std::size_t unauthenticated_connections = 512;  // of these at most, by nobody known; one more ends another
  std::size_t unauthenticated_per_address = 128;  // the same for one address; of IPv6 for one /64 network
  std::size_t queued_requests = 256;
  std::size_t workers = 8;
  std::chrono::milliseconds header_timeout{
      15'000};  // from the first byte of a request to the end of its header
  std::chrono::milliseconds body_timeout{60'000};
  std::chrono::milliseconds body_grace{10'000};  // from then on a body must come fast enough for its timeout
  std::chrono::milliseconds idle_timeout{120'000};    // keep-alive
  std::chrono::milliseconds request_timeout{30'000};  // the deadline a handler gets
  std::chrono::milliseconds write_timeout{60'000};
  friend bool operator==(const Limits&, const Limits&) = default;
};

using Handler = std::function<Response(const Request&, Deadline)>;

// What is said of a request when its header is there, and nothing of its body has been read.
struct Admission {
  std::string sender;                 // becomes Request::sender
  std::optional<Response> refusal;    // the answer; when a body follows, the connection ends with it
  std::chrono::milliseconds hold{0};  // how long the refusal is kept back
};
// Called on the I/O thread for every request: it must be quick and must not wait for anything.
using Admit = std::function<Admission(const Request& header)>;

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
  // Without `admit` everybody is let in and known.
  static Result<std::unique_ptr<Server>> start(const ServerSettings& settings, Handler handler,
                                               ErrorRenderer errors, Admit admit = nullptr);
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  // For the connections that come from now on; those that are open go on with theirs. Precondition: started
  // with TLS. Any thread.
  virtual void use_certificate(TlsContext certificate) = 0;
  // Stops accepting, lets requests in progress finish until the deadline, then closes. Blocks. Idempotent.
  virtual void stop(Deadline deadline) = 0;
};

}  // namespace dirbridge::http
