#include "operate/succession.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <future>
#include <thread>
#include <vector>

namespace dirbridge::operate {
namespace {

using namespace std::chrono_literals;

Deadline patience() {
  return deadline_in(20s);
}

class SuccessionTest : public testing::Test {
 protected:
  // Gives and returns a turn in a thread of its own.
  std::future<bool> write(Succession::Rules rules) {
    return std::async(std::launch::async,
                      [this, rules] { return static_cast<bool>(all_.begin(rules, patience())); });
  }
  bool is_turn_of(Succession::Rules rules) { return static_cast<bool>(all_.begin(rules, deadline_in(0s))); }

  Succession all_;
  const Succession::Rules before_ = all_.next();
  const Succession::Rules after_ = all_.next();
};

TEST_F(SuccessionTest, ThoseOfOneSetWriteTogether) {
  const auto one = all_.begin(before_, patience());
  const auto other = all_.begin(before_, deadline_in(0s));
  EXPECT_TRUE(one);
  EXPECT_TRUE(other);
}

TEST_F(SuccessionTest, LaterRulesWaitForEarlierOnes) {
  auto late = [&] {
    const auto early = all_.begin(before_, patience());
    auto out = write(after_);
    EXPECT_EQ(out.wait_for(50ms), std::future_status::timeout);
    EXPECT_FALSE(is_turn_of(after_)) << "Busy at the deadline";
    return out;
  }();
  EXPECT_TRUE(late.get());
  EXPECT_TRUE(is_turn_of(before_)) << "whoever is late is let in when nobody writes";
}

TEST_F(SuccessionTest, WhoIsLateComesBeforeNewOnes) {
  std::future<bool> late;
  {
    const auto writing = all_.begin(after_, patience());
    late = write(before_);
    while (is_turn_of(after_)) std::this_thread::sleep_for(1ms);  // until the other one waits
    EXPECT_EQ(late.wait_for(20ms), std::future_status::timeout);
  }
  EXPECT_TRUE(late.get());
  EXPECT_TRUE(is_turn_of(after_));
}

TEST_F(SuccessionTest, WhoGivesUpHoldsUpNobody) {
  const auto writing = all_.begin(after_, patience());
  EXPECT_FALSE(is_turn_of(before_));
  EXPECT_TRUE(is_turn_of(after_));
}

TEST_F(SuccessionTest, NeverTwoSetsAtOnce) {
  std::array<std::atomic<int>, 4> writing{};
  std::atomic<int> together{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 8; ++t)
    threads.emplace_back([&, rules = t % 4] {
      for (int i = 0; i < 300; ++i) {
        const auto turn = all_.begin(rules + 1, patience());
        ASSERT_TRUE(turn);
        ++writing[rules];
        for (std::size_t other = 0; other < writing.size(); ++other)
          if (other != rules && writing[other] > 0) ++together;
        --writing[rules];
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(together, 0);
}

}  // namespace
}  // namespace dirbridge::operate
