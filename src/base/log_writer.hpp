#pragma once
// Where log lines go. Without a LogWriter they are written to standard error by whoever logs. While one lives
// they are queued, and its thread writes them: a standard error that nobody reads never holds anybody up.
// When the queue is full new lines are dropped, counted in dirbridge_log_lines_dropped_total, and told in a
// line `log_lines_dropped` when there is room again. One at a time; the other functions are thread-safe.
#include <cstddef>
#include <string>
#include <thread>

namespace dirbridge::log {

class LogWriter {
 public:
  static constexpr std::size_t default_bytes = 4 * 1024 * 1024;

  // Queues up to `most_bytes`. Throws std::system_error without a thread.
  explicit LogWriter(std::size_t most_bytes = default_bytes);
  // Writes what is queued, for a second at most.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

 private:
  std::thread thread_;
};

// One whole line, with its line feed.
void put(std::string line);

}  // namespace dirbridge::log
