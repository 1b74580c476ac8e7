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
    directories[name] = json::string(state ? *state : state.error().detail);
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

http::Response answer(const http::Request& request, const Endpoints& endpoints, Deadline deadline) {
  const auto& segments = request.target.segments;
  const bool command = segments.size() == 2 && segments.front() == "commands";
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (command ? request.method != "POST" : !reads) {
    const std::string allowed = command ? "POST" : "GET";
    auto out = answer_http_error(405, "only " + allowed + " is allowed");
    out.headers.set("Allow", allowed);
    return out;
  }
  if (command) return endpoints.command(segments[1], request, deadline);
  const std::string path = segments.size() == 1 ? segments.front() : std::string();
  if (path == "healthz") return json_answer(200, {{"status", "alive"}});
  if (path == "readyz") return ready(endpoints.readiness, deadline);
  if (path == "commands") return json_answer(200, {{"instance", endpoints.instance}});
  if (path == "metrics") return metrics_text();
  return answer_http_error(404, "there is only /healthz, /readyz and /metrics");
}

http::Response answer_http_error(int status, const std::string& detail) {
  return json_answer(status, {{"error", detail}});
}

}  // namespace dirbridge::admin
