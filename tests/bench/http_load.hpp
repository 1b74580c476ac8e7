#pragma once
// HTTP load from one thread: one keep-alive connection per request in flight, non-blocking sockets, epoll.
// Requests are prepared bytes. Blocks in epoll_wait, never spins. Not thread-safe.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "load.hpp"

namespace dirbridge::bench {

struct HttpRequest {
  std::string bytes;     // request line to the end of the body
  std::string evidence;  // must occur in the body of a good answer; empty: anything
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

std::string http_bytes(std::string_view method, std::string_view target, std::string_view token,
                       std::string_view body);

class HttpLoad {
 public:
  static Result<std::unique_ptr<HttpLoad>> connect(std::uint16_t port, std::size_t connections);
  ~HttpLoad();
  HttpLoad(const HttpLoad&) = delete;
  HttpLoad& operator=(const HttpLoad&) = delete;

  // Keeps every connection busy until `duration` is over or the schedule ends, then waits for what is in
  // flight. An answer that is not 2xx or lacks its evidence is a failure; a broken connection ends the slice.
  Slice run(const std::vector<HttpRequest>& jobs, Schedule& schedule, std::chrono::milliseconds duration);

  // One request on the first connection.
  Result<HttpAnswer> exchange(const std::string& bytes);

 private:
  struct Connection;
  struct Run;
  HttpLoad() = default;
  bool send_next(std::size_t slot, Run& run);
  bool on_ready(std::size_t slot, std::uint32_t events, Run& run);
  void finish(std::size_t slot, Run& run);
  bool flush(Connection& connection);
  bool receive(Connection& connection);
  bool watch(const Connection& connection, std::uint32_t events);

  int epoll_ = -1;
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace dirbridge::bench
