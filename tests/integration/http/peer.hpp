#pragma once
// A raw client and a server with a recording handler, for tests that must control every byte.
// Nothing here waits longer than `patience`: a test that would hang fails instead.
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/server.hpp"
#include "http/socket.hpp"

namespace dirbridge::http::testing_http {

inline constexpr std::chrono::milliseconds patience{20'000};

struct Answer {
  int status = 0;  // 0: the connection ended before a whole answer
  std::string head;
  std::string body;
};

class Peer {
 public:
  explicit Peer(std::uint16_t port);

  void send(std::string_view bytes);
  // Less than that only when the connection breaks.
  std::string receive(std::size_t count);
  // Reads one answer, by its length or chunks; `to_head` answers have no body.
  Answer answer(bool to_head = false);
  // Everything until the other side closes.
  std::string rest();
  // True when the connection has ended and nothing more came.
  bool at_end() { return rest().empty(); }
  void finish_sending();
  void shrink_receive_buffer();

 private:
  bool fill();
  Fd fd_;
  std::string buffer_;
};

// A whole request; `fields` end in CRLF each.
std::string get_request(const std::string& target = "/", const std::string& fields = {});

Response render_error(int status, const std::string& detail);
// Answers "METHOD target body-size".
Response echo(const Request& request, Deadline deadline);

class TestServer {
 public:
  explicit TestServer(Handler handler = &echo, ServerSettings settings = {}, Admit admit = nullptr);

  std::uint16_t port() const { return server_->port(); }
  Server& server() { return *server_; }
  int handled() const { return *handled_; }
  std::string url(const std::string& target, const std::string& scheme = "http") const;

 private:
  std::shared_ptr<std::atomic<int>> handled_ = std::make_shared<std::atomic<int>>(0);
  std::unique_ptr<Server> server_;
};

}  // namespace dirbridge::http::testing_http
