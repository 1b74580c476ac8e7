#include "daemon/command_service.hpp"

#include <utility>

#include "admin/endpoints.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "operate/apply_rules.hpp"
#include "operate/decide_held.hpp"
#include "provision/store/shared_key.hpp"

namespace dirbridge::daemon {
namespace {

bool from_this_machine(const std::string& remote) {
  return remote.starts_with("127.") || remote.starts_with("[::1]:") || remote.starts_with("[::ffff:127.");
}

std::unique_ptr<provision::SharedKey> key_of(operate::ConnectionParts& parts) {
  return provision::make_shared_key(parts.context, parts.bookkeeper);
}

}  // namespace

void make_command_key(operate::ConnectionParts& parts, Deadline deadline) {
  const auto made = key_of(parts)->get(deadline);
  if (!made)
    log::debug("no_key_yet", {{"connection", parts.rules.connection}, {"detail", made.error().detail}});
}

CommandService::CommandService(Reload reload)
    : instance_(to_hex(random_bytes(16))), reload_(std::move(reload)) {}

void CommandService::serve(Connections connections) {
  const std::lock_guard lock(mutex_);
  connections_.swap(connections);
}

CommandService::Served CommandService::find(const std::string& connection) const {
  const std::lock_guard lock(mutex_);
  const auto found = connections_.find(connection);
  return found == connections_.end() ? Served{} : found->second;
}

// What waits is decided by its id; rules are applied by who has the same.
operate::CommandOutcome CommandService::perform(const Served& served,
                                                const operate::CommandCall& call) const {
  const log::RequestScope cause(call.cause);
  const auto& context = served.parts->context;
  if (call.command == "held approve")
    return operate::decide_held(context, operate::HeldDecision::Approve, call.id);
  if (call.command == "held reject")
    return operate::decide_held(context, operate::HeldDecision::Reject, call.id);
  if (call.command == "reload") return {{}, {}, {}, reload_(call.configuration)};
  if (call.command != "apply")
    return {{}, "the bridge does not know the command " + call.command + ": restart it"};
  if (!call.configuration.empty() && call.configuration == served.configuration)
    return operate::apply_rules(context);
  return {{},
          {"the bridge runs with another configuration than this one: let it read the file first "
           "(dirbridge reload), and restart it where that asks for it"}};
}

http::Response CommandService::run(const std::string& connection, const http::Request& request,
                                   Deadline deadline) {
  if (!from_this_machine(request.remote)) return admin::answer_http_error(403, "only from this machine");
  auto served = find(connection);
  if (!served.parts) return admin::answer_http_error(404, "there is no such connection");
  if (auto ready = served.parts->lasting->gate.passed(); !ready)
    return admin::answer_http_error(503, ready.error().detail);
  const auto secret = key_of(*served.parts)->look(deadline);
  if (!secret) return admin::answer_http_error(503, secret.error().detail);
  const auto call = *secret ? operate::open_call(**secret, instance_, request.body) : std::nullopt;
  if (!call) return admin::answer_http_error(403, "this was not made with the key of the connection");
  log::info("command", {{"connection", connection}, {"cause", call->cause}});
  http::Response out;
  out.headers.set("Content-Type", "application/octet-stream");
  out.stream = [this, served = std::move(served), secret = **secret, call = *call,
                done = false]() mutable -> Result<std::optional<std::string>> {
    if (std::exchange(done, true)) return std::optional<std::string>();
    return std::optional(operate::seal_outcome(secret, instance_, perform(served, call)));
  };
  return out;
}

}  // namespace dirbridge::daemon
