#include "net/connect.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace dirbridge::net {
namespace {

using namespace std::chrono_literals;

void unprepared(int) {}

// A port of the loopback interface.
class Port {
 public:
  explicit Port(int backlog) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    if (::bind(listener_.get(), address(), size) != 0 ||
        ::getsockname(listener_.get(), address(), &size) != 0 ||
        (backlog >= 0 && ::listen(listener_.get(), backlog) != 0))
      throw std::runtime_error("no port");
  }
  sockaddr* address() { return reinterpret_cast<sockaddr*>(&address_); }
  addrinfo entry(addrinfo* next) {
    addrinfo out{};
    out.ai_family = AF_INET;
    out.ai_addr = address();
    out.ai_addrlen = sizeof address_;
    out.ai_next = next;
    return out;
  }
  std::uint16_t number() const { return address_.sin_port; }

 private:
  Descriptor listener_;
  sockaddr_in address_{};
};

// Takes connections until its queue is full; then it answers to nobody.
class SilentPort : public Port {
 public:
  SilentPort() : Port(0) {
    for (auto& socket : waiting_) {
      socket = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      ::connect(socket.get(), address(), sizeof(sockaddr_in));
    }
  }

 private:
  std::array<Descriptor, 8> waiting_;
};

std::uint16_t peer_port(const Descriptor& socket) {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  return ::getpeername(socket.get(), reinterpret_cast<sockaddr*>(&peer), &size) == 0 ? peer.sin_port : 0;
}

Addresses unowned(addrinfo& list) {
  return {&list, [](const addrinfo*) {}};
}

TEST(ConnectTest, TheFirstAddressThatAnswersCounts) {
  Port refusing(-1);
  Port answering(8);
  auto last = answering.entry(nullptr);
  auto first = refusing.entry(&last);
  const auto connected = connect_to_any(unowned(first), unprepared, deadline_in(20s));
  ASSERT_TRUE(connected) << connected.error().detail;
  EXPECT_EQ(peer_port(*connected), answering.number());
}

TEST(ConnectTest, ASilentAddressLeavesTheOthersTheirShareOfTheTime) {
  SilentPort silent;
  Port answering(8);
  auto last = answering.entry(nullptr);
  auto first = silent.entry(&last);
  const auto connected = connect_to_any(unowned(first), unprepared, deadline_in(2s));
  ASSERT_TRUE(connected) << connected.error().detail;
  EXPECT_EQ(peer_port(*connected), answering.number());
}

TEST(ConnectTest, NobodyAnswersInTime) {
  SilentPort silent;
  auto only = silent.entry(nullptr);
  const auto connected = connect_to_any(unowned(only), unprepared, deadline_in(200ms));
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().kind, ErrorKind::Timeout);
}

TEST(ConnectTest, WhoRefusesIsUnavailable) {
  Port refusing(-1);
  auto only = refusing.entry(nullptr);
  const auto connected = connect_to_any(unowned(only), unprepared, deadline_in(20s));
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(connected.error().detail, "Connection refused");
}

TEST(ConnectTest, OptionsAreSetBeforeTheSocketConnects) {
  Port answering(8);
  auto only = answering.entry(nullptr);
  const auto connected = connect_to_any(
      unowned(only),
      [](int fd) {
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0 && errno == ENOTCONN)
          set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
      },
      deadline_in(20s));
  ASSERT_TRUE(connected);
  int on = 0;
  socklen_t size = sizeof on;
  ASSERT_EQ(::getsockopt(connected->get(), SOL_SOCKET, SO_KEEPALIVE, &on, &size), 0);
  EXPECT_EQ(on, 1);
}

}  // namespace
}  // namespace dirbridge::net
