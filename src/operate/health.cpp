#include "operate/health.hpp"

#include <boost/json.hpp>

#include "http/client.hpp"
#include "operate/admin_url.hpp"

namespace dirbridge::operate {

namespace json = boost::json;

Health ask_health(const config::Listen& admin, HealthQuestion question, Deadline deadline) {
  http::OutgoingRequest request;
  request.url = admin_url(admin) + (question == HealthQuestion::Alive ? "/healthz" : "/readyz");
  auto answer = http::make_client({})->send(request, deadline);
  if (!answer) return {false, {}, {{"", "no answer from " + request.url + ": " + answer.error().detail}}};
  return {answer->status == 200, std::move(answer->body), {}};
}

json::object to_json(const Health& health) {
  json::object out{{"good", health.good}};
  auto failures = health.failures;
  if (failures.empty()) {
    json::error_code failed;
    auto answer = json::parse(health.answer, failed);
    if (!failed && answer.is_object())
      out["answer"] = std::move(answer);
    else
      failures.push_back({"", "the answer is not that of a bridge: " + health.answer});
  }
  out["failures"] = to_json(failures);
  return out;
}

}  // namespace dirbridge::operate
