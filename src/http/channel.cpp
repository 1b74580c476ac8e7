#include "http/channel.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

namespace dirbridge::http {
namespace {

bool would_block(int code) {
  return code == EAGAIN || code == EWOULDBLOCK;
}

class PlainChannel final : public Channel {
 public:
  explicit PlainChannel(int fd) : fd_(fd) {}

  IoResult handshake() override { return {IoStatus::Done, 0}; }

  IoResult read(char* buffer, std::size_t size) override {
    for (;;) {
      const ssize_t count = ::recv(fd_, buffer, size, 0);
      if (count > 0) return {IoStatus::Done, static_cast<std::size_t>(count)};
      if (count == 0) return {IoStatus::Closed, 0};
      if (would_block(errno)) return {IoStatus::WantRead, 0};
      if (errno != EINTR) return {IoStatus::Failed, 0};
    }
  }

  IoResult write(std::string_view first, std::string_view second) override {
    iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                      {const_cast<char*>(second.data()), second.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = second.empty() ? 1 : 2;
    for (;;) {
      const ssize_t count = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
      if (count >= 0) return {IoStatus::Done, static_cast<std::size_t>(count)};
      if (would_block(errno)) return {IoStatus::WantWrite, 0};
      if (errno != EINTR) return {IoStatus::Failed, 0};
    }
  }

  bool has_buffered_input() const override { return false; }
  void finish_writing() override { ::shutdown(fd_, SHUT_WR); }
  bool secure() const override { return false; }

 private:
  int fd_;
};

}  // namespace

std::unique_ptr<Channel> make_plain_channel(int fd) {
  return std::make_unique<PlainChannel>(fd);
}

}  // namespace dirbridge::http
