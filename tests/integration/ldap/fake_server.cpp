#include "fake_server.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace dirbridge::test {

namespace {

std::string tlv(unsigned char tag, const std::string& content) {
  if (content.size() > 127) throw std::logic_error("a fake message is short");
  return std::string{static_cast<char>(tag), static_cast<char>(content.size())} + content;
}

std::string message(int id, const std::string& operation) {
  const std::string number{static_cast<char>(id >> 8 & 0x7F), static_cast<char>(id & 0xFF)};
  return tlv(0x30, tlv(0x02, number) + operation);
}

}  // namespace

std::string result_message(int id, unsigned char operation, int code) {
  return message(
      id, tlv(operation, tlv(0x0A, std::string(1, static_cast<char>(code))) + tlv(0x04, "") + tlv(0x04, "")));
}

std::string entry_message(int id, const std::string& dn) {
  return message(id, tlv(0x64, tlv(0x04, dn) + tlv(0x30, "")));
}

std::string disconnection_notice() {
  return message(0, tlv(0x78, tlv(0x0A, std::string(1, 52)) + tlv(0x04, "") + tlv(0x04, "") +
                                  tlv(0x8A, "1.3.6.1.4.1.1466.20036")));
}

unsigned char answer_to(unsigned char operation) {
  switch (operation) {
    case 0x60:
      return 0x61;
    case 0x63:
      return 0x65;
    case 0x4A:
      return 0x6B;
    default:
      return static_cast<unsigned char>(operation + 1);
  }
}

bool Session::read_exactly(char* to, std::size_t size) {
  while (size > 0) {
    const auto got = recv(fd_, to, size, 0);
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

std::optional<Request> Session::read() {
  unsigned char head[2];
  if (!read_exactly(reinterpret_cast<char*>(head), 2)) return std::nullopt;
  std::size_t size = head[1];
  if (head[1] & 0x80) {
    unsigned char length[8];
    const std::size_t count = head[1] & 0x7FU;
    if (count > sizeof length || !read_exactly(reinterpret_cast<char*>(length), count)) return std::nullopt;
    size = 0;
    for (std::size_t i = 0; i < count; ++i) size = size << 8 | length[i];
  }
  std::string body(size, '\0');
  if (!read_exactly(body.data(), size) || size < 4) return std::nullopt;
  Request request;
  const auto id_size = static_cast<std::size_t>(body[1]);
  for (std::size_t i = 0; i < id_size; ++i)
    request.id = request.id << 8 | static_cast<unsigned char>(body[2 + i]);
  request.operation = static_cast<unsigned char>(body[2 + id_size]);
  return request;
}

bool Session::more_to_read(int milliseconds) {
  pollfd waiting{fd_, POLLIN, 0};
  return poll(&waiting, 1, milliseconds) > 0;
}

void Session::write(const std::string& bytes) {
  send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void Session::wait_for_close() {
  pollfd waiting{fd_, POLLRDHUP, 0};
  while (poll(&waiting, 1, -1) < 0) continue;
}

void Session::wait_until_full() {
  int before = -1;
  for (int now = 0; now != before || now == 0;) {
    before = now;
    poll(nullptr, 0, 50);
    ioctl(fd_, FIONREAD, &now);
  }
}

void Session::drain() {
  char buffer[4096];
  while (recv(fd_, buffer, sizeof buffer, 0) > 0) continue;
}

void Session::forward_to(int port) {
  const int other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  bool open = connect(other, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  pollfd both[] = {{fd_, POLLIN, 0}, {other, POLLIN, 0}};
  char buffer[4096];
  while (open && poll(both, 2, -1) > 0) {
    for (int i = 0; i < 2; ++i) {
      if (both[i].revents == 0) continue;
      const auto got = recv(both[i].fd, buffer, sizeof buffer, 0);
      open =
          open && got > 0 && send(both[1 - i].fd, buffer, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
    }
  }
  close(other);
}

bool Session::welcome() {
  const auto bind = read();
  if (!bind) return false;
  write(result_message(bind->id, 0x61, 0));
  const auto search = read();
  if (!search) return false;
  write(entry_message(search->id, "") + result_message(search->id, 0x65, 0));
  return true;
}

FakeServer::FakeServer(Script script, std::string host)
    : script_(std::move(script)), address_(std::move(host)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int small = 16 << 10;  // a client that is not read must notice soon
  setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  inet_pton(AF_INET, address_.c_str(), &address.sin_addr);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 16) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no port for a fake server");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

FakeServer::~FakeServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : fds_) shutdown(fd, SHUT_RDWR);
  }
  for (auto& session : sessions_) session.join();
  for (const int fd : fds_) close(fd);
  close(listener_);
}

void FakeServer::accept_all() {
  for (;;) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const int number = accepted_++;
    const std::lock_guard lock(mutex_);
    fds_.push_back(fd);
    sessions_.emplace_back([this, fd, number] {
      Session session(fd, number);
      script_(session);
      shutdown(fd, SHUT_RDWR);
      ++closed_;
      closed_.notify_all();
    });
  }
}

void FakeServer::wait_until_closed(int count) {
  for (int seen = closed_; seen < count; seen = closed_) closed_.wait(seen);
}

long cpu_milliseconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& t) { return t.tv_sec * 1000 + t.tv_usec / 1000; };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

}  // namespace dirbridge::test
