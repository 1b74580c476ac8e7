#include "base/log_writer.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>

#include "base/log.hpp"
#include "base/metrics.hpp"

namespace dirbridge::log {
namespace {

using testing::HasSubstr;
using testing::Not;

// Standard error as a pipe, which nobody reads until read_all().
class Pipe {
 public:
  Pipe() : saved_(::dup(STDERR_FILENO)) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read_ = ends[0];
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[1]);
  }
  ~Pipe() {
    restore();
    ::close(read_);
    ::close(saved_);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  std::string read_until(const std::string& text) {
    std::array<char, 65'536> part{};
    while (seen_.find(text) == std::string::npos) {
      const auto count = ::read(read_, part.data(), part.size());
      if (count <= 0) break;
      seen_.append(part.data(), static_cast<std::size_t>(count));
    }
    return seen_;
  }
  void restore() { ::dup2(saved_, STDERR_FILENO); }

 private:
  int saved_;
  int read_ = -1;
  std::string seen_;
};

TEST(LogWriter, F_AStandardErrorThatNobodyReadsHoldsNobodyUp) {
  Pipe pipe;
  {
    const LogWriter writer(256 * 1024);
    const std::string text(500, 'x');
    for (int i = 0; i < 5'000; ++i) warning("line", {{"text", text}, {"number", i}});
    EXPECT_THAT(metrics::to_text(), Not(HasSubstr("dirbridge_log_lines_dropped_total 0")));
    std::thread reader([&] {
      const auto seen = pipe.read_until("log_lines_dropped");
      EXPECT_THAT(seen, HasSubstr("\"number\":0}"));
      EXPECT_THAT(seen, HasSubstr("log_lines_dropped"));
      EXPECT_THAT(seen, Not(HasSubstr("\"number\":4999}")));
    });
    reader.join();
    info("afterwards");
    EXPECT_THAT(pipe.read_until("afterwards"), HasSubstr("\"event\":\"afterwards\""));
  }
  pipe.restore();
}

TEST(LogWriter, F_ItEndsAlthoughNobodyReads) {
  Pipe pipe;
  {
    const LogWriter writer(1024 * 1024);
    for (int i = 0; i < 1'000; ++i) warning("line", {{"text", std::string(500, 'x')}});
  }
  pipe.restore();
}

TEST(LogWriter, F_WhatIsQueuedIsWrittenAtTheEnd) {
  testing::internal::CaptureStderr();
  {
    const LogWriter writer;
    for (int i = 0; i < 100; ++i) warning("line", {{"number", i}});
  }
  warning("direct");
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 101);
  EXPECT_LT(text.find("\"number\":99}"), text.find("direct"));
}

}  // namespace
}  // namespace dirbridge::log
