#include "e2e/scim_client.hpp"

#include <stdexcept>

#include "base/text.hpp"

namespace dirbridge::e2e {
namespace {

using namespace std::chrono_literals;
constexpr auto kAnswerTime = 60s;

Answer to_answer(http::Response response) {
  Answer answer{response.status, std::move(response.headers), std::move(response.body), nullptr};
  boost::system::error_code bad;
  auto json = boost::json::parse(answer.body, bad);
  if (!bad) answer.json = std::move(json);
  return answer;
}

}  // namespace

std::string Answer::text(std::string_view key) const {
  const auto* found = json.is_object() ? json.get_object().if_contains(key) : nullptr;
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

ScimClient::ScimClient(std::string base_url, Secret token)
    : base_url_(std::move(base_url)), token_(std::move(token)), client_(http::make_client({})) {}

Answer ScimClient::get(const std::string& path) {
  return send("GET", path, {});
}
Answer ScimClient::remove(const std::string& path) {
  return send("DELETE", path, {});
}

Answer ScimClient::post(const std::string& path, const boost::json::value& body) {
  return send("POST", path, boost::json::serialize(body));
}

Answer ScimClient::put(const std::string& path, const boost::json::value& body) {
  return send("PUT", path, boost::json::serialize(body));
}

Answer ScimClient::patch(const std::string& path, const boost::json::value& operations) {
  return send("PATCH", path, boost::json::serialize(patch_message(operations)));
}

Answer ScimClient::find(const std::string& type, const std::string& filter) {
  return get(with_query("/" + type, "filter", filter));
}

Answer ScimClient::send(const std::string& method, const std::string& path, std::string body) {
  auto answer = try_send(method, path, {}, std::move(body), deadline_in(kAnswerTime));
  if (!answer) throw std::runtime_error(method + " " + path + ": " + answer.error().detail);
  return std::move(*answer);
}

Result<Answer> ScimClient::try_send(const std::string& method, const std::string& path, http::Headers headers,
                                    std::string body, Deadline deadline) {
  http::OutgoingRequest request{method, base_url_ + path, {}, std::move(body)};
  if (!headers.find("Authorization")) request.headers.set("Authorization", "Bearer " + token_.reveal());
  if (!headers.find("Content-Type") && !request.body.empty())
    request.headers.set("Content-Type", "application/scim+json");
  for (const auto& [name, value] : headers) {
    if (value != unsent) request.headers.set(name, value);
  }
  auto response = client_->send(request, deadline);
  if (!response) return response.error();
  return to_answer(std::move(*response));
}

std::string with_query(const std::string& path, const std::string& name, const std::string& value) {
  const auto* separator = path.find('?') == std::string::npos ? "?" : "&";
  return path + separator + http::percent_encode(name) + "=" + http::percent_encode(value);
}

boost::json::value patch_message(const boost::json::value& operations) {
  return {{"schemas", {"urn:ietf:params:scim:api:messages:2.0:PatchOp"}}, {"Operations", operations}};
}

}  // namespace dirbridge::e2e
