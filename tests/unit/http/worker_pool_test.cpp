#include "http/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <thread>

#include "base/waiting.hpp"

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

TEST(WorkerPool, AWorkerThatWaitsForAnotherMakesRoomForIt) {
  WorkerPool pool(1, 4);
  std::promise<void> second_ran;
  std::latch both(2);
  ASSERT_TRUE(pool.push([&] {
    const Waiting waiting;
    second_ran.get_future().wait();
    both.count_down();
  }));
  ASSERT_TRUE(pool.push([&] {
    second_ran.set_value();
    both.count_down();
  }));
  both.wait();
}

TEST(WorkerPool, WaitsLeaveTheLimitAsItWas) {
  WorkerPool pool(2, 100);
  std::latch done(50);
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(pool.push([&] {
      { const Waiting waiting; }
      done.count_down();
    }));
  done.wait();
  std::latch held(1), started(2);
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(pool.push([&] {
      started.count_down();
      held.wait();
    }));
  started.wait();
  std::atomic<bool> third{false};
  ASSERT_TRUE(pool.push([&] { third = true; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(third) << "two are at work: nobody else may start";
  held.count_down();
  pool.stop();
}

}  // namespace
}  // namespace dirbridge::http
