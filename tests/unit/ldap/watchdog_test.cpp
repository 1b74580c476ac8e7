#include "ldap/watchdog.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dirbridge::ldap {
namespace {

class Watched : public testing::Test {
 protected:
  Watched() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds_), 0); }
  ~Watched() override {
    close(fds_[0]);
    close(fds_[1]);
  }
  int fds_[2]{};
  Watchdog watchdog_;
};

TEST_F(Watched, BlockedReadEndsAtTheDeadline) {
  const auto guard = watchdog_.watch(fds_[0], deadline_in(std::chrono::milliseconds(50)));
  char byte = 0;
  EXPECT_EQ(read(fds_[0], &byte, 1), 0);
  EXPECT_TRUE(guard.fired());
}

TEST_F(Watched, WhatEndedInTimeIsLeftAlone) {
  int others[2]{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, others), 0);
  { const auto in_time = watchdog_.watch(fds_[0], deadline_in(std::chrono::milliseconds(20))); }
  {
    const auto later = watchdog_.watch(others[0], deadline_in(std::chrono::milliseconds(60)));
    char byte = 0;
    EXPECT_EQ(read(others[0], &byte, 1), 0);
  }
  EXPECT_EQ(write(fds_[0], "x", 1), 1) << "shut down after its guard was gone";
  close(others[0]);
  close(others[1]);
}

TEST_F(Watched, EarlierDeadlineThatComesLaterCounts) {
  const auto far = watchdog_.watch(fds_[1], deadline_in(std::chrono::hours(1)));
  const auto near = watchdog_.watch(fds_[0], deadline_in(std::chrono::milliseconds(20)));
  char byte = 0;
  EXPECT_EQ(read(fds_[0], &byte, 1), 0);
  EXPECT_FALSE(far.fired());
}

}  // namespace
}  // namespace dirbridge::ldap
