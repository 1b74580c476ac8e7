#pragma once
// The bridge's side of command_call.hpp. Thread-safe.
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "http/message.hpp"
#include "operate/command_call.hpp"
#include "operate/connection_parts.hpp"

namespace dirbridge::daemon {

// Sees that the connection's key is there, so that a command needs not make it. Does what it can.
void make_command_key(operate::ConnectionParts& parts, Deadline deadline);

class CommandService {
 public:
  struct Served {
    std::shared_ptr<operate::ConnectionParts> parts;
    std::string configuration;  // Config::fingerprint of the file that says the same; empty: none does
  };
  using Connections = std::map<std::string, Served, std::less<>>;
  // `configuration`: Config::fingerprint of whoever asks for it. Called from several threads.
  using Reload = std::function<operate::Reloaded(const std::string& configuration)>;

  explicit CommandService(Reload reload);

  // For the commands that come from now on; those in progress go on with what they began with.
  void serve(Connections connections);
  const std::string& instance() const { return instance_; }
  // 403: not from this machine, or not sealed with the connection's key; 503: it is not ready. The work is
  // done while the answer is being sent, however long it takes.
  http::Response run(const std::string& connection, const http::Request& request, Deadline deadline);

 private:
  operate::CommandOutcome perform(const Served& served, const operate::CommandCall& call) const;
  Served find(const std::string& connection) const;

  const std::string instance_;
  const Reload reload_;
  mutable std::mutex mutex_;
  Connections connections_;
};

}  // namespace dirbridge::daemon
