#include "operate/command_call.hpp"

#include <boost/json.hpp>

#include "base/json_access.hpp"
#include "base/json_text.hpp"
#include "base/seal.hpp"
#include "http/client.hpp"
#include "operate/admin_url.hpp"

namespace dirbridge::operate {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds greeting_limit{5};
constexpr std::chrono::hours work_limit{12};
constexpr std::string_view question = "dirbridge command: question";
constexpr std::string_view reply = "dirbridge command: answer";

// A key of its own: what is sealed here opens nothing else, nor the other way round.
Secret key_of(const Secret& secret) {
  return Secret(sha256("dirbridge command key" + secret.reveal()));
}

std::string seal_json(const Secret& secret, std::string_view instance, std::string_view what,
                      const json::object& content) {
  return seal(key_of(secret), json_text(content), std::string(what) + std::string(instance));
}

std::optional<json::object> open_json(const Secret& secret, std::string_view instance, std::string_view what,
                                      std::string_view sealed) {
  const auto text = unseal(key_of(secret), sealed, std::string(what) + std::string(instance));
  if (!text) return std::nullopt;
  json::error_code failed;
  auto value = json::parse(*text, failed);
  if (failed || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

// The instance of the bridge that answers there; nullopt: none does.
Result<std::optional<std::string>> instance_at(http::Client& client, const std::string& url) {
  const auto greeting = client.send({"GET", url, {}, {}}, deadline_in(greeting_limit));
  if (!greeting && greeting.error().kind == ErrorKind::Timeout)
    return error(
        ErrorKind::Timeout,
        "whoever listens at " + url + " does not answer: if it is the bridge, try again, or stop it first");
  if (!greeting || greeting->status != 200) return std::optional<std::string>();
  json::error_code failed;
  const auto said = json::parse(greeting->body, failed);
  if (failed || !said.is_object()) return std::optional<std::string>();
  std::string instance(text_at(said.get_object(), "instance"));
  return instance.empty() ? std::optional<std::string>() : std::optional(std::move(instance));
}

}  // namespace

std::string seal_call(const Secret& secret, std::string_view instance, const CommandCall& call) {
  return seal_json(secret, instance, question,
                   {{"command", call.command},
                    {"id", call.id},
                    {"cause", call.cause},
                    {"configuration", call.configuration}});
}

std::optional<CommandCall> open_call(const Secret& secret, std::string_view instance,
                                     std::string_view sealed) {
  const auto content = open_json(secret, instance, question, sealed);
  if (!content) return std::nullopt;
  return CommandCall{std::string(text_at(*content, "command")), std::string(text_at(*content, "id")),
                     std::string(text_at(*content, "cause")),
                     std::string(text_at(*content, "configuration"))};
}

std::string seal_outcome(const Secret& secret, std::string_view instance, const CommandOutcome& outcome) {
  return seal_json(secret, instance, reply, to_json(outcome));
}

std::optional<CommandOutcome> open_outcome(const Secret& secret, std::string_view instance,
                                           std::string_view sealed) {
  const auto content = open_json(secret, instance, reply, sealed);
  if (!content) return std::nullopt;
  auto outcome = outcome_in(*content);
  if (!outcome)
    return CommandOutcome{
        {},
        "the bridge is of another version and was not understood: restart it; what it did is "
        "in the audit"};
  return outcome;
}

Result<std::optional<CommandOutcome>> ask_bridge(const config::Listen& admin, const std::string& connection,
                                                 const Secret& secret, const CommandCall& call) {
  if (admin.port == 0) return std::optional<CommandOutcome>();
  const auto url = admin_url(admin) + "/commands";
  const auto client = http::make_client({});
  const auto instance = instance_at(*client, url);
  if (!instance) return instance.error();
  if (!*instance) return std::optional<CommandOutcome>();
  const http::OutgoingRequest request{
      "POST", url + "/" + connection, {}, seal_call(secret, **instance, call)};
  const auto answer = client->send(request, deadline_in(work_limit));
  if (!answer)
    return error(answer.error().kind,
                 "the bridge was asked, and its answer is missing: " + answer.error().detail);
  if (answer->status == 403 || answer->status == 404) return std::optional<CommandOutcome>();
  auto outcome = open_outcome(secret, **instance, answer->body);
  if (!outcome)
    return error(ErrorKind::Unavailable,
                 "the bridge answered " + std::to_string(answer->status) + ": " + answer->body);
  return std::optional(std::move(*outcome));
}

}  // namespace dirbridge::operate
