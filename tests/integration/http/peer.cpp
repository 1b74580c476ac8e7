#include "peer.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace dirbridge::http::testing_http {

Peer::Peer(std::uint16_t port) : fd_(connect_to("127.0.0.1", port, deadline_in(patience)).value()) {}

void Peer::send(std::string_view bytes) {
  const Deadline deadline = deadline_in(patience);
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EAGAIN) {
      return;  // the server has closed: the test looks at what it answered
    } else if (!wait_until_ready(fd_.get(), Ready::Write, deadline)) {
      throw std::runtime_error("the server does not read");
    }
  }
}

bool Peer::fill() {
  std::array<char, 65536> chunk;
  if (!wait_until_ready(fd_.get(), Ready::Read, deadline_in(patience)))
    throw std::runtime_error("the server is silent; so far: " + buffer_);
  const ssize_t count = ::recv(fd_.get(), chunk.data(), chunk.size(), 0);
  if (count <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(count));
  return true;
}

std::string Peer::receive(std::size_t count) {
  while (buffer_.size() < count && fill()) {
  }
  std::string out = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return out;
}

Answer Peer::answer(bool to_head) {
  Answer out;
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return {};
  out.head = receive(end + 4);
  const std::string lower = ascii_lower(out.head);
  if (const auto at = lower.find("content-length: "); at != std::string::npos && !to_head) {
    const auto size = std::stoul(lower.substr(at + 16));
    out.body = receive(size);
    if (out.body.size() != size) return {};
  } else if (lower.find("transfer-encoding: chunked") != std::string::npos && !to_head) {
    for (;;) {
      std::size_t line = 0;
      while ((line = buffer_.find("\r\n")) == std::string::npos)
        if (!fill()) return {};
      const auto size = std::stoul(receive(line + 2), nullptr, 16);
      const std::string piece = receive(size + 2);
      if (piece.size() != size + 2) return {};
      out.body += piece.substr(0, size);
      if (size == 0) break;
    }
  }
  out.status = std::stoi(out.head.substr(9, 3));
  return out;
}

std::string Peer::rest() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

void Peer::finish_sending() {
  ::shutdown(fd_.get(), SHUT_WR);
}

void Peer::shrink_receive_buffer() {
  const int size = 64 * 1024;  // smaller ones crawl from one delayed acknowledgement to the next
  setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

std::string get_request(const std::string& target, const std::string& fields) {
  return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

Response render_error(int status, const std::string& detail) {
  Response out;
  out.status = status;
  out.headers.set("Content-Type", "text/plain");
  out.body = detail;
  return out;
}

Response echo(const Request& request, Deadline) {
  Response out;
  out.body = request.method + " " + request.target_text + " " + std::to_string(request.body.size());
  return out;
}

TestServer::TestServer(Handler handler, ServerSettings settings, Admit admit) {
  const auto counted = [handler = std::move(handler), count = handled_](const Request& request,
                                                                        Deadline deadline) {
    ++*count;
    return handler(request, deadline);
  };
  server_ = Server::start(settings, counted, &render_error, std::move(admit)).value();
}

std::string TestServer::url(const std::string& target, const std::string& scheme) const {
  return scheme + "://127.0.0.1:" + std::to_string(port()) + target;
}

}  // namespace dirbridge::http::testing_http
