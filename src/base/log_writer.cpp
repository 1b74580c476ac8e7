#include "base/log_writer.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string_view>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"

namespace dirbridge::log {
namespace {

constexpr std::chrono::milliseconds last_words{1'000};
constexpr std::chrono::milliseconds look_again{100};  // whether to end, while nobody reads
constexpr std::size_t writable_bytes = 4096;  // PIPE_BUF: a pipe that is writable takes so many at once

void write_directly(std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(STDERR_FILENO, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return;  // there is nobody to tell
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

prometheus::Counter& dropped_lines() {
  static auto& counter = prometheus::BuildCounter()
                             .Name("dirbridge_log_lines_dropped_total")
                             .Help("Log lines that were dropped because nobody read standard error")
                             .Register(metrics::registry())
                             .Add({});
  return counter;
}

class Queue {
 public:
  void begin(std::size_t most_bytes) {
    dropped_lines();
    const std::lock_guard lock(mutex_);
    most_bytes_ = most_bytes;
    active_ = true;
    ending_ = finished_ = false;
  }

  // False when nobody writes what is queued.
  bool push(std::string& line) {
    {
      const std::lock_guard lock(mutex_);
      if (!active_) return false;
      if (bytes_ + line.size() > most_bytes_) {
        ++dropped_;
        dropped_lines().Increment();
        return true;
      }
      bytes_ += line.size();
      lines_.push_back(std::move(line));
      if (!waiting_) return true;
    }
    changed_.notify_one();
    return true;
  }

  void run() {
    std::deque<std::string> batch;
    while (take(batch)) {
      for (const auto& line : batch) {
        if (!write(line)) return finish();
        const std::lock_guard lock(mutex_);
        bytes_ -= line.size();
      }
      batch.clear();
      tell_dropped();
    }
    finish();
  }

  // Whether the thread is done, or nearly so.
  bool end(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    ending_ = true;
    end_ = deadline;
    changed_.notify_all();
    return changed_.wait_until(lock, deadline + 2 * look_again, [this] { return finished_; });
  }

  void finish() {
    const std::lock_guard lock(mutex_);
    lines_.clear();
    bytes_ = 0;
    active_ = false;
    finished_ = true;
    changed_.notify_all();
  }

 private:
  // Waits for lines; false when there are no more and there will be none.
  bool take(std::deque<std::string>& batch) {
    std::unique_lock lock(mutex_);
    waiting_ = true;
    changed_.wait(lock, [this] { return ending_ || !lines_.empty(); });
    waiting_ = false;
    batch.swap(lines_);
    return !batch.empty();
  }

  bool time_is_over() {
    const std::lock_guard lock(mutex_);
    return ending_ && std::chrono::steady_clock::now() >= end_;
  }

  // False when the time for it is over.
  bool write(std::string_view line) {
    while (!line.empty()) {
      pollfd entry{STDERR_FILENO, POLLOUT, 0};
      const int ready = ::poll(&entry, 1, static_cast<int>(look_again.count()));
      if (ready <= 0) {
        if (time_is_over()) return false;
        continue;
      }
      const auto count = ::write(STDERR_FILENO, line.data(), std::min(line.size(), writable_bytes));
      if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (count < 0) return true;  // there is nobody to tell
      line.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  void tell_dropped() {
    std::size_t count = 0;
    {
      const std::lock_guard lock(mutex_);
      count = std::exchange(dropped_, 0);
    }
    if (count > 0) warning("log_lines_dropped", {{"count", count}, {"detail", "nobody read standard error"}});
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> lines_;
  std::size_t most_bytes_ = 0;
  std::size_t bytes_ = 0;  // of the lines that are queued or being written
  std::size_t dropped_ = 0;
  bool active_ = false;
  bool waiting_ = false;
  bool ending_ = false;
  bool finished_ = false;
  std::chrono::steady_clock::time_point end_{};
};

// Never destroyed: threads may log until the process ends.
Queue& queue() {
  static auto& instance = *new Queue;
  return instance;
}

}  // namespace

LogWriter::LogWriter(std::size_t most_bytes) {
  queue().begin(most_bytes);
  try {
    thread_ = std::thread([] { queue().run(); });
  } catch (...) {
    queue().finish();
    throw;
  }
}

LogWriter::~LogWriter() {
  if (queue().end(std::chrono::steady_clock::now() + last_words))
    thread_.join();
  else
    thread_.detach();
}

void put(std::string line) {
  if (!queue().push(line)) write_directly(line);
}

}  // namespace dirbridge::log
