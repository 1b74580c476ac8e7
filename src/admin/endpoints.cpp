#include "admin/endpoints.hpp"

#include <algorithm>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/metrics.hpp"

namespace dirbridge::admin {

namespace {

namespace json = boost::json;

constexpr std::chrono::seconds readiness_limit{5};

http::Response json_answer(int status, const json::object& body) {
  http::Response out;
  out.status = status;
  out.headers.set("Content-Type", "application/json");
  out.headers.set("Cache-Control", "no-store");
  out.body = json::serialize(body) + '\n';
  return out;
}

http::Response ready(const Readiness& readiness, Deadline deadline) {
  json::object directories;
  bool all = true;
  for (const auto& [name, state] : readiness(std::min(deadline, deadline_in(readiness_limit)))) {
    all = all && state.has_value();
    directories[name] = state ? json::string("ok") : json::string(state.error().detail);
  }
  return json_answer(all ? 200 : 503,
                     {{"status", all ? "ready" : "not ready"}, {"directories", directories}});
}

http::Response metrics_text() {
  http::Response out;
  out.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  out.body = metrics::to_text();
  return out;
}

}  // namespace

http::Response answer(const http::Request& request, const Readiness& readiness, Deadline deadline) {
  if (request.method != "GET" && request.method != "HEAD") {
    auto out = answer_http_error(405, "only GET is allowed");
    out.headers.set("Allow", "GET");
    return out;
  }
  const auto& segments = request.target.segments;
  const std::string path = segments.size() == 1 ? segments.front() : std::string();
  if (path == "healthz") return json_answer(200, {{"status", "alive"}});
  if (path == "readyz") return ready(readiness, deadline);
  if (path == "metrics") return metrics_text();
  return answer_http_error(404, "there is only /healthz, /readyz and /metrics");
}

http::Response answer_http_error(int status, const std::string& detail) {
  return json_answer(status, {{"error", detail}});
}

}  // namespace dirbridge::admin
