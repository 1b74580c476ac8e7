#include "http/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <thread>

namespace dirbridge::http {
namespace {

TEST(WorkerPool, RefusesWhenWorkersAndQueueAreFull) {
  WorkerPool pool(2, 1);
  std::promise<void> open;
  const std::shared_future<void> gate = open.get_future().share();
  std::atomic<int> ran{0};
  const auto job = [gate, &ran] {
    gate.wait();
    ++ran;
  };
  EXPECT_TRUE(pool.push(job));
  EXPECT_TRUE(pool.push(job));
  EXPECT_TRUE(pool.push(job));   // waits
  EXPECT_FALSE(pool.push(job));  // one too many
  std::latch continued(1);
  pool.push_continuation([&] { continued.count_down(); });
  open.set_value();
  continued.wait();
  pool.stop();
  EXPECT_EQ(ran, 3);
}

TEST(WorkerPool, StopDropsWhatHasNotStarted) {
  auto pool = std::make_unique<WorkerPool>(1, 4);
  std::latch started(1);
  std::promise<void> open;
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = held;
  ASSERT_TRUE(pool->push([&] {
    started.count_down();
    open.get_future().wait();
  }));
  started.wait();
  ASSERT_TRUE(pool->push([held = std::move(held)] { ADD_FAILURE() << "ran after stop"; }));
  std::thread stopper([&] { pool->stop(); });
  while (!watch.expired()) std::this_thread::yield();
  open.set_value();
  stopper.join();
  EXPECT_TRUE(pool->push([] { ADD_FAILURE() << "ran after stop"; }));
}

}  // namespace
}  // namespace dirbridge::http
