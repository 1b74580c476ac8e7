#include "server/service.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <shared_mutex>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "http/socket.hpp"
#include "server/exchange.hpp"
#include "server/render.hpp"
#include "server/request_headers.hpp"
#include "server/v1.hpp"

namespace dirbridge::server {

struct Service::Place {
  std::string connection;  // empty below an alias path
  std::string prefix;      // "/scim/okta/v2"
  std::vector<std::string> rest;
  bool is_v1 = false;
};

// Looking a labelled metric up costs more than counting, so that each one is kept once it was found.
struct Service::Metrics {
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("dirbridge_scim_requests_total")
                                                          .Help("SCIM requests answered")
                                                          .Register(metrics::registry());
  prometheus::Family<prometheus::Histogram>& seconds = prometheus::BuildHistogram()
                                                           .Name("dirbridge_scim_request_seconds")
                                                           .Help("Time to answer a SCIM request")
                                                           .Register(metrics::registry());
  std::shared_mutex mutex;
  std::map<std::pair<std::string_view, int>, prometheus::Counter*> counters;
  std::map<std::string_view, prometheus::Histogram*> histograms;

  // `operation` has static storage: it is a route's name.
  void answered(std::string_view operation, int status, std::chrono::duration<double> took) {
    if (!count_known(operation, status, took)) {
      add(operation, status);
      count_known(operation, status, took);
    }
  }

  bool count_known(std::string_view operation, int status, std::chrono::duration<double> took) {
    const std::shared_lock lock(mutex);
    const auto counter = counters.find({operation, status});
    if (counter == counters.end()) return false;
    counter->second->Increment();
    histograms.at(operation)->Observe(took.count());
    return true;
  }

  void add(std::string_view operation, int status) {
    const std::string name(operation);
    const std::unique_lock lock(mutex);
    counters[{operation, status}] = &requests.Add({{"operation", name}, {"status", std::to_string(status)}});
    histograms[operation] = &seconds.Add(
        {{"operation", name}}, prometheus::Histogram::BucketBoundaries{.001, .0025, .005, .01, .025, .05, .1,
                                                                       .25, .5, 1, 2.5, 5, 10, 30});
  }
};

namespace {

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> out;
  for (const auto part : split(path, '/'))
    if (!part.empty()) out.emplace_back(part);
  return out;
}

bool starts_with(const std::vector<std::string>& segments, const std::vector<std::string>& prefix) {
  return segments.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), segments.begin());
}

std::string_view bearer_token(const http::Request& request) {
  const auto* value = request.headers.find("Authorization");
  if (!value || !istarts_with(*value, "Bearer ")) return {};
  return trim(std::string_view(*value).substr(7));
}

// Unique across processes by its first half, within this one by its second.
std::string new_request_id() {
  static const std::string process = to_hex(random_bytes(5));
  static std::atomic<std::uint32_t> next{0};
  std::array<char, 12> number{};
  std::snprintf(number.data(), number.size(), "-%06x",
                next.fetch_add(1, std::memory_order_relaxed) & 0xFFFFFFU);
  return process + number.data();
}

// One word: several ids in a line stay apart, and none can pass for a command, whose cause has two words.
bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && is_ascii(text) && !has_control(text) &&
         text.find(' ') == std::string_view::npos;
}

// The caller's request id when it is harmless to log and echo, else one of our own.
std::string request_id(const http::Request& request) {
  const auto* given = request.headers.find("X-Request-Id");
  if (given && is_request_id(*given)) return *given;
  return new_request_id();
}

// "https://host/scim/okta/v2"
std::string base_url(const http::Request& request, const std::string& public_url, const std::string& prefix) {
  if (!public_url.empty()) return public_url + prefix;
  const auto* host = request.headers.find("Host");
  const bool named = host && !host->empty();
  return std::string(request.secure ? "https://" : "http://") + (named ? *host : "localhost") + prefix;
}

http::Response method_not_allowed(const std::string& allowed) {
  auto out = answer_http_error(405, "this resource allows only " + allowed);
  out.headers.set("Allow", allowed);
  return out;
}

}  // namespace

Service::Service(ServiceSettings settings, const scim::Catalog& catalog, tokens::TokenStore& tokens,
                 Serving serving)
    : settings_(std::move(settings)),
      base_segments_(segments_of(settings_.base_path)),
      provider_{catalog, bulk_helpers_, settings_.max_body_bytes},
      tokens_(tokens),
      serving_(std::make_shared<const Serving>(std::move(serving))),
      metrics_(std::make_unique<Metrics>()) {
  for (const auto& path : settings_.alias_paths) alias_segments_.push_back(segments_of(path));
}

Service::~Service() = default;

void Service::serve(Serving serving) {
  auto next = std::make_shared<const Serving>(std::move(serving));
  const std::lock_guard lock(mutex_);
  serving_.swap(next);
}

std::shared_ptr<const Serving> Service::serving() const {
  const std::lock_guard lock(mutex_);
  return serving_;
}

http::Response Service::handle(const http::Request& request, Deadline deadline) {
  const auto id = request_id(request);
  const log::RequestScope scope(id);
  const auto start = std::chrono::steady_clock::now();
  std::string_view label = "none";
  const auto now = serving();
  auto response = answer_request(request, *now, deadline, label);
  if (response.stream) response.stream = [now, pieces = std::move(response.stream)] { return pieces(); };
  report(response, request, id, label, start);
  return response;
}

http::Admission Service::admit(const http::Request& header) {
  const auto start = std::chrono::steady_clock::now();
  http::Admission out;
  const auto refuse = [&](const Error& why, bool is_v1) {
    const auto id = request_id(header);
    const log::RequestScope scope(id);
    out.refusal = is_v1 ? to_v1(answer(why)) : answer(why);
    report(*out.refusal, header, id, "none", start);
    return std::move(out);
  };
  if (auto good = check_host(header.headers); !good) return refuse(good.error(), false);
  const auto place = locate(header);
  if (!place) return refuse(place.error(), false);
  auto sender = authenticate(header, *place, *serving());
  if (sender) {
    out.sender = std::move(*sender);
    return out;
  }
  if (sender.error().kind == ErrorKind::Unauthorized && !bearer_token(header).empty())
    out.hold = wrong_tokens_.note(http::origin_of(header.remote), place->connection);
  return refuse(sender.error(), place->is_v1);
}

void Service::report(http::Response& response, const http::Request& request, const std::string& id,
                     std::string_view label, std::chrono::steady_clock::time_point start) {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  metrics_->answered(label, response.status, took);
  response.headers.set("X-Request-Id", id);
  const auto level = response.status >= 500 ? log::Level::Warning : log::Level::Debug;
  log::write(level, "scim_request",
             {{"method", request.method},
              {"operation", label},
              {"status", response.status},
              {"remote", request.remote},
              {"seconds", took.count()}});
}

http::Response Service::answer_request(const http::Request& request, const Serving& serving,
                                       Deadline deadline, std::string_view& label) {
  if (auto good = check_host(request.headers); !good) return answer(good.error());
  auto place = locate(request);
  if (!place) return answer(place.error());
  const bool known = serving.connections.contains(request.sender);
  const auto sender = known ? Result<std::string>(request.sender) : authenticate(request, *place, serving);
  if (!sender) return place->is_v1 ? to_v1(answer(sender.error())) : answer(sender.error());
  auto& connection = *serving.connections.find(*sender)->second;
  const auto base = base_url(request, serving.public_url, place->prefix);
  if (!place->is_v1) return dispatch(request, *place, base, connection, deadline, label);
  const auto v2 = [&](const http::Request& translated, std::span<const std::string> segments) {
    auto same_place = *place;
    same_place.rest.assign(segments.begin(), segments.end());
    return dispatch(translated, same_place, base, connection, deadline, label);
  };
  return answer_v1({request, place->rest, settings_.max_body_bytes}, provider_.catalog, v2);
}

Result<Service::Place> Service::locate(const http::Request& request) const {
  const auto& segments = request.target.segments;
  Place out;
  std::size_t used = 0;
  if (starts_with(segments, base_segments_) && segments.size() > base_segments_.size()) {
    used = base_segments_.size() + 1;
    out.connection = segments[base_segments_.size()];
  } else {
    for (const auto& alias : alias_segments_)
      if (used == 0 && starts_with(segments, alias)) used = alias.size();
    if (used == 0) return error(ErrorKind::NotFound, "there is nothing at this path");
  }
  out.is_v1 = used < segments.size() && iequals(segments[used], "v1");
  if (out.is_v1 || (used < segments.size() && iequals(segments[used], "v2"))) ++used;
  for (std::size_t i = 0; i < used; ++i) out.prefix += '/' + http::percent_encode(segments[i]);
  out.rest.assign(segments.begin() + static_cast<std::ptrdiff_t>(used), segments.end());
  return out;
}

// Which connection's token it is. One that stands twice is read by each software in its own way.
Result<std::string> Service::authenticate(const http::Request& request, const Place& place,
                                          const Serving& serving) {
  if (auto single = check_single(request.headers, "Authorization"); !single) return single.error();
  const auto token = bearer_token(request);
  if (token.empty()) return error(ErrorKind::Unauthorized, "a bearer token is required", "Authorization");
  const auto id = place.connection.empty()                   ? tokens_.connection_for(token)
                  : tokens_.accepts(place.connection, token) ? std::optional(place.connection)
                                                             : std::nullopt;
  if (!id || !serving.connections.contains(*id))
    return error(ErrorKind::Unauthorized, "the bearer token is not valid", "Authorization");
  return *id;
}

http::Response Service::dispatch(const http::Request& request, const Place& place, const std::string& base,
                                 Connection& connection, Deadline deadline, std::string_view& label) {
  const auto match = match_route(request.method, place.rest);
  if (!match.route && !match.allowed.empty()) return method_not_allowed(match.allowed);
  if (!match.route) return answer(error(ErrorKind::NotFound, "there is no such endpoint"));
  label = match.route->name;
  const auto id = place.rest.size() > 1 ? place.rest[1] : std::string();
  if (match.route->of != Of::Nobody && connection.readiness)
    if (auto ready = connection.readiness(); !ready) return answer(ready.error());
  auto turn = match.route->access == Access::Write && connection.begin_write
                  ? connection.begin_write(deadline)
                  : Result<std::shared_ptr<const void>>(nullptr);
  if (!turn) return answer(turn.error());
  return match.route->handler({provider_, request, connection, *match.route, base, id, deadline});
}

}  // namespace dirbridge::server
