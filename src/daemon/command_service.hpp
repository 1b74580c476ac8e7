#pragma once
// The bridge's side of command_call.hpp. Thread-safe.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "http/message.hpp"
#include "operate/command_call.hpp"
#include "operate/connection_parts.hpp"
#include "provision/store/shared_key.hpp"

namespace dirbridge::daemon {

class CommandService {
 public:
  // `connections` outlive it.
  // `configuration`: Config::fingerprint.
  CommandService(const std::vector<std::unique_ptr<operate::ConnectionParts>>& connections,
                 std::string configuration);

  // Sees that the connection's key is there, so that a command needs not make it. Does what it can.
  void make_key(const std::string& connection, Deadline deadline);
  const std::string& instance() const { return instance_; }
  // 403: not from this machine, or not sealed with the connection's key; 503: it is not ready. The work is
  // done while the answer is being sent, however long it takes.
  http::Response run(const std::string& connection, const http::Request& request, Deadline deadline);

 private:
  struct Served {
    const provision::Context& context;
    const operate::Gate& gate;
    std::unique_ptr<provision::SharedKey> key;
  };
  operate::CommandOutcome perform(const provision::Context& context, const operate::CommandCall& call) const;

  const std::string instance_;
  const std::string configuration_;
  std::map<std::string, Served, std::less<>> connections_;
};

}  // namespace dirbridge::daemon
