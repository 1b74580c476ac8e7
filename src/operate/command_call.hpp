#pragma once
// What a command asks of the bridge that runs, which has the locks and the budgets; a second writer beside it
// would not. It goes over the admin listener, from this machine only. Who asks proves that it can read the
// connection's shared key in the directory: only the bridge's own account can, and whoever has that could
// write the directory anyway. So nothing has to be configured, and no secret lies in a file. Question and
// answer are sealed; the bridge's instance, random for each start, is in the question, so that it is good for
// nothing afterwards. Pure functions but for ask_bridge.
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "config/config.hpp"
#include "operate/command_outcome.hpp"

namespace dirbridge::operate {

struct CommandCall {
  std::string command;          // "held approve", "held reject", "apply"
  std::string id;               // of what it is about; empty: all
  std::string cause;            // of the changes, for the audit
  std::string configuration{};  // Config::fingerprint, of who asks
};

// `secret`: the connection's shared key.
std::string seal_call(const Secret& secret, std::string_view instance, const CommandCall& call);
// nullopt: not made with this key for this instance.
std::optional<CommandCall> open_call(const Secret& secret, std::string_view instance,
                                     std::string_view sealed);
std::string seal_outcome(const Secret& secret, std::string_view instance, const CommandOutcome& outcome);
std::optional<CommandOutcome> open_outcome(const Secret& secret, std::string_view instance,
                                           std::string_view sealed);

// nullopt: no bridge of this configuration runs here. Blocks until it is done. Errors: one runs, and what
// became of the command is not known.
Result<std::optional<CommandOutcome>> ask_bridge(const config::Listen& admin, const std::string& connection,
                                                 const Secret& secret, const CommandCall& call);

}  // namespace dirbridge::operate
