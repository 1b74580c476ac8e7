#include "jira/api.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <thread>

#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "http/uri.hpp"
#include "jira/messages.hpp"

namespace dirbridge::jira {

namespace {

namespace json = boost::json;

constexpr std::size_t most_answer_bytes = 64 * 1024 * 1024;  // 100,000 projects with their leads
constexpr std::chrono::milliseconds first_pause{200};
constexpr std::chrono::seconds longest_pause{30};

Error refusal(const http::Response& response) {
  const auto with = [&](std::string what) {
    const auto said = read_complaint(response.body);
    return said.empty() ? what : what + ": " + said;
  };
  switch (response.status) {
    case 400:
      return error(ErrorKind::Refused, with("Jira refuses the change"));
    case 401:
      return error(ErrorKind::Unauthorized,
                   "Jira does not accept the token: it is wrong, expired or revoked");
    case 403: {
      const auto* reason = response.headers.find("X-Authentication-Denied-Reason");
      if (reason && istarts_with(*reason, "CAPTCHA"))
        return error(ErrorKind::Forbidden,
                     "Jira wants the token's owner to solve a CAPTCHA: log in once by browser");
      return error(ErrorKind::Forbidden, with("Jira does not allow it: the token's owner needs Administer "
                                              "Projects, or to be an administrator"));
    }
    case 404:
      return error(ErrorKind::NotFound, with("Jira does not know it, or hides it from the token's owner"));
    case 429:
      return error(ErrorKind::Busy, "Jira limits the rate of requests");
    default:
      if (response.status >= 500)
        return error(ErrorKind::Unavailable, "Jira answers " + std::to_string(response.status));
      return error(ErrorKind::Refused, "Jira answers " + std::to_string(response.status) +
                                           ", which no version of its API does: is the url right?");
  }
}

std::optional<std::chrono::seconds> retry_after(const http::Response& response) {
  const auto* value = response.headers.find("Retry-After");
  if (!value) return std::nullopt;
  unsigned seconds = 0;
  const auto [end, ec] = std::from_chars(value->data(), value->data() + value->size(), seconds);
  if (ec != std::errc() || end != value->data() + value->size()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

bool passes(const Error& e) {
  return e.kind == ErrorKind::Busy || e.kind == ErrorKind::Unavailable;
}

}  // namespace

Api::Api(Server server)
    : server_(std::move(server)), client_(http::make_client({server_.ca_file, most_answer_bytes})) {}

Result<std::string> Api::call(std::string_view method, const std::string& path, std::string body,
                              Deadline deadline) {
  http::OutgoingRequest request;
  request.method = method;
  request.url = server_.url + "/rest/api/2" + path;
  request.headers.set("Authorization", "Bearer " + server_.token.reveal());
  request.headers.set("Accept", "application/json");
  if (!body.empty()) request.headers.set("Content-Type", "application/json");
  request.body = std::move(body);
  std::chrono::milliseconds pause = first_pause;
  for (;;) {
    auto response = client_->send(request, deadline);
    if (response && response->status >= 200 && response->status < 300) return std::move(response->body);
    const Error failure = response ? refusal(*response) : response.error();
    auto wait = pause;
    if (const auto asked = response ? retry_after(*response) : std::nullopt) wait = *asked;
    if (!passes(failure) || wait >= remaining(deadline)) return failure;
    std::this_thread::sleep_for(wait);
    pause = std::min<std::chrono::milliseconds>(pause * 2, longest_pause);
  }
}

Result<> Api::put(const std::string& path, const json::object& body, Deadline deadline) {
  auto answer = call("PUT", path, json::serialize(body), deadline);
  return answer ? Result<>() : Result<>(answer.error());
}

Result<std::string> Api::user_key(std::string_view name, Deadline deadline) {
  auto answer = call("GET", "/user?username=" + http::percent_encode(name), {}, deadline);
  return answer ? read_user_key(*answer) : answer.error();
}

Result<std::vector<Project>> Api::projects(Deadline deadline) {
  const auto answer = call("GET", "/project?expand=lead&includeArchived=true", {}, deadline);
  if (!answer) return answer.error();
  return read_projects(*answer);
}

Result<std::vector<Component>> Api::components(std::string_view project, Deadline deadline) {
  const auto answer = call("GET", "/project/" + http::percent_encode(project) + "/components", {}, deadline);
  if (!answer) return answer.error();
  return read_components(*answer);
}

Result<> Api::set_project_lead(std::string_view project, std::string_view name, Deadline deadline) {
  return put("/project/" + http::percent_encode(project), {{"lead", name}}, deadline);
}

Result<> Api::set_component_lead(std::string_view id, std::string_view name, Deadline deadline) {
  return put("/component/" + http::percent_encode(id), {{"leadUserName", name}}, deadline);
}

}  // namespace dirbridge::jira
