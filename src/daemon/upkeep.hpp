#pragma once
// What the bridge does for one directory and its connections beside requests. At first, as often as it takes:
// it reaches the directory, reads what was spent of the budgets, finishes what was interrupted, and opens the
// gates of the connections, one after the other. From then on it sweeps and keeps the budgets now and then,
// and opens the gates of connections that are new. Two threads of its own; start(), stop() and the destructor
// from one thread.
#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "operate/connection_parts.hpp"

namespace dirbridge::daemon {

class Upkeep {
 public:
  using Connections = std::vector<std::shared_ptr<operate::ConnectionParts>>;
  // Called for each connection before its gate opens: what is good to have and can be had later as well.
  using Prepare = std::function<void(operate::ConnectionParts&)>;

  // All that is referred to outlives it.
  Upkeep(std::string name, operate::DirectoryParts& directory, Prepare prepare);
  ~Upkeep();
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

  // These from now on. What is being done for others is finished first, while they live. Any thread; quick.
  void serve(Connections connections);
  // What is left of the last connection of this name; null: none was served here.
  std::shared_ptr<operate::Lasting> lasting(const std::string& connection) const;

  void start();

  // Whether all gates are open and the directory has its three bases now; in words, with what is missing
  // beside.
  Result<std::string> readiness(Deadline deadline);

  // Nothing new begins; requests may still be served.
  void stop();
  // After stop(), when nobody is served any more: waits for what is in progress, and keeps what was spent.
  // It ends at once when the directory is called off.
  void finish(Deadline deadline);

 private:
  void run();
  Connections connections() const;
  Result<> open_connections();
  Result<> keep_budgets(Deadline deadline);
  void sweep(operate::ConnectionParts& parts) const;
  void not_yet(const Error& why, const Connections& connections);
  Result<> look_aside(Deadline deadline) const;
  void tell_aside();
  bool stopping();
  // False: it stops.
  bool pause(std::chrono::milliseconds time);
  bool pause_until(std::chrono::steady_clock::time_point time);  // or until there are others to serve

  const std::string name_;
  operate::DirectoryParts& directory_;
  const Prepare prepare_;
  operate::Gate gate_;  // all of the connections' were open once
  std::string said_;    // why they are not, in the log
  std::string said_aside_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool are_others_ = false;
  Connections connections_;
  // Of all that were ever served: what was spent by one that is gone is kept, and counts when it comes back.
  std::map<std::string, std::shared_ptr<operate::Lasting>> lasting_;
  std::mutex budgets_mutex_;                 // one thread at a time keeps them
  std::atomic<bool> budgets_known_ = false;  // from then on the bookkeeper has them
  std::thread sweeper_;
  std::thread bookkeeper_;
};

}  // namespace dirbridge::daemon
