#pragma once
// Wrong bearer tokens: told to the administrator, one line for each address and minute, and slowed down. Who
// has a right token never comes here, whatever the address. Remembers a bounded number of addresses.
// Thread-safe.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace dirbridge::server {

class WrongTokens {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  static constexpr std::chrono::seconds window{60};
  static constexpr std::size_t most_addresses = 1'000;  // all others count as one
  static constexpr std::size_t answered_at_once = 20;   // in a window
  static constexpr std::chrono::milliseconds hold{1'000};

  explicit WrongTokens(Now now = std::chrono::steady_clock::now);
  ~WrongTokens();

  // One more, for what the path calls the connection. How long its answer is to be held back.
  std::chrono::milliseconds note(const std::string& address, const std::string& connection);

 private:
  struct Address {
    std::chrono::steady_clock::time_point begun;
    std::size_t in_window = 0;
    std::size_t untold = 0;
  };
  struct Metrics;
  void end_windows(std::chrono::steady_clock::time_point now);

  const Now now_;
  std::unique_ptr<Metrics> metrics_;
  std::mutex mutex_;
  std::map<std::string, Address> addresses_;
};

}  // namespace dirbridge::server
