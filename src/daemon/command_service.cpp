#include "daemon/command_service.hpp"

#include <utility>

#include "admin/endpoints.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "operate/apply_rules.hpp"
#include "operate/decide_held.hpp"

namespace dirbridge::daemon {
namespace {

bool from_this_machine(const std::string& remote) {
  return remote.starts_with("127.") || remote.starts_with("[::1]:") || remote.starts_with("[::ffff:127.");
}

}  // namespace

CommandService::CommandService(const std::vector<std::unique_ptr<operate::ConnectionParts>>& connections,
                               std::string configuration)
    : instance_(to_hex(random_bytes(16))), configuration_(std::move(configuration)) {
  for (const auto& parts : connections)
    connections_.emplace(
        parts->rules.connection,
        Served{parts->context, parts->gate, provision::make_shared_key(parts->context, parts->bookkeeper)});
}

// What waits is decided by its id; rules are applied by who has the same.
operate::CommandOutcome CommandService::perform(const provision::Context& context,
                                                const operate::CommandCall& call) const {
  const log::RequestScope cause(call.cause);
  if (call.command == "held approve")
    return operate::decide_held(context, operate::HeldDecision::Approve, call.id);
  if (call.command == "held reject")
    return operate::decide_held(context, operate::HeldDecision::Reject, call.id);
  if (call.command != "apply")
    return {{}, {"the bridge does not know the command " + call.command + ": restart it"}};
  if (call.configuration == configuration_) return operate::apply_rules(context);
  return {{}, {"the bridge runs with another configuration than this one: restart it first"}};
}

void CommandService::make_key(const std::string& connection, Deadline deadline) {
  const auto made = connections_.at(connection).key->get(deadline);
  if (!made) log::debug("no_key_yet", {{"connection", connection}, {"detail", made.error().detail}});
}

http::Response CommandService::run(const std::string& connection, const http::Request& request,
                                   Deadline deadline) {
  if (!from_this_machine(request.remote)) return admin::answer_http_error(403, "only from this machine");
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return admin::answer_http_error(404, "there is no such connection");
  if (auto ready = found->second.gate.passed(); !ready)
    return admin::answer_http_error(503, ready.error().detail);
  const auto secret = found->second.key->look(deadline);
  if (!secret) return admin::answer_http_error(503, secret.error().detail);
  const auto call = *secret ? operate::open_call(**secret, instance_, request.body) : std::nullopt;
  if (!call) return admin::answer_http_error(403, "this was not made with the key of the connection");
  log::info("command", {{"connection", connection}, {"cause", call->cause}});
  http::Response out;
  out.headers.set("Content-Type", "application/octet-stream");
  out.stream = [this, &context = found->second.context, secret = **secret, call = *call,
                done = false]() mutable -> Result<std::optional<std::string>> {
    if (std::exchange(done, true)) return std::optional<std::string>();
    return std::optional(operate::seal_outcome(secret, instance_, perform(context, call)));
  };
  return out;
}

}  // namespace dirbridge::daemon
