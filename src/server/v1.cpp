#include "server/v1.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "scim/json_text.hpp"
#include "scim/v1.hpp"
#include "server/render.hpp"
#include "server/request_headers.hpp"

namespace dirbridge::server {

namespace {

constexpr std::string_view json_media_type = "application/json";

http::Response document(const json::object& body) {
  http::Response out;
  out.headers.set("Content-Type", std::string(json_media_type));
  out.body = scim::serialize(body);
  return out;
}

std::optional<json::object> object_in(const http::Response& response) {
  boost::system::error_code bad;
  auto body = json::parse(response.body, bad);
  if (bad || !body.is_object()) return std::nullopt;
  return std::move(body.get_object());
}

using Piece = Result<std::optional<std::string>>;

// A large group as it is sent, in the words of 1.1, piece by piece: see answer_large().
class V1Pieces {
 public:
  explicit V1Pieces(std::function<Piece()> pieces) : pieces_(std::move(pieces)) {}

  Piece operator()() {
    auto piece = pieces_();
    if (!piece || !*piece) return piece;
    auto& text = **piece;
    if (std::exchange(is_head_, false)) return in_v1(text, {});
    if (text.empty() || text == tail) return piece;
    const std::string comma = text.front() == ',' ? "," : "";
    auto elements = in_v1(text.substr(comma.size()), std::string(members));
    return elements ? Piece(comma + **elements) : elements;
  }

 private:
  static constexpr std::string_view members = R"({"members":[)";
  static constexpr std::string_view tail = "]}";

  // `before` and the tail make a whole of it, and are taken away again.
  static Piece in_v1(const std::string& text, const std::string& before) {
    boost::system::error_code bad;
    auto whole = json::parse(before + text + std::string(tail), bad);
    if (bad || !whole.is_object())
      return error(ErrorKind::Internal, "an answer cannot be put into words of 1.1");
    auto out = scim::serialize(scim::v1_answer(std::move(whole.get_object())));
    return std::optional(out.substr(before.size(), out.size() - before.size() - tail.size()));
  }

  std::function<Piece()> pieces_;
  bool is_head_ = true;
};

// API 1.1, 3.2.2 and 3.5: what a client without PATCH, PUT or DELETE sends, and "/Users/7.json".
std::string method_of(const http::Request& request) {
  const auto* instead = request.headers.find("X-HTTP-Method-Override");
  if (request.method != "POST" || !instead) return request.method;
  for (const auto* method : {"PUT", "PATCH", "DELETE"})
    if (iequals(trim(*instead), method)) return method;
  return request.method;
}

std::vector<std::string> without_suffix(std::span<const std::string> segments) {
  constexpr std::string_view suffix = ".json";
  std::vector<std::string> out(segments.begin(), segments.end());
  if (!out.empty() && out.back().ends_with(suffix)) out.back().resize(out.back().size() - suffix.size());
  return out;
}

bool is_resource_endpoint(std::span<const std::string> segments) {
  return !segments.empty() && segments.size() <= 2 &&
         (iequals(segments[0], "Users") || iequals(segments[0], "Groups"));
}

Result<std::string> body_to_v2(const V1Request& v1, const std::string& method) {
  if (auto good = check_content(v1.request.headers); !good) return good.error();
  auto body = scim::parse_body(v1.request.body, {v1.max_body_bytes});
  if (!body) return body.error();
  if (method != "PATCH") return scim::serialize(scim::v1_resource_to_v2(std::move(*body)));
  auto patch = scim::v1_patch_to_v2(std::move(*body));
  if (!patch) return patch.error();
  return scim::serialize(*patch);
}

http::Response discover(const V1Request& v1, const scim::Catalog& catalog, const V2& v2) {
  const auto& endpoint = v1.segments[0];
  if (iequals(endpoint, "ServiceProviderConfigs") || iequals(endpoint, "ServiceProviderConfig")) {
    const std::vector<std::string> path{"ServiceProviderConfig"};
    auto answered = v2(v1.request, path);
    const auto config = answered.status == 200 ? object_in(answered) : std::nullopt;
    return config ? document(scim::v1_service_provider_config(*config)) : to_v1(std::move(answered));
  }
  const auto all = scim::v1_schemas(catalog);
  if (v1.segments.size() == 1) return document(all);
  for (const auto& schema : all.at("Resources").as_array())
    if (iequals(schema.at("id").as_string(), v1.segments[1]) ||
        iequals(schema.at("name").as_string(), v1.segments[1]))
      return document(schema.as_object());
  return to_v1(answer(error(ErrorKind::NotFound, "there is no schema " + v1.segments[1])));
}

}  // namespace

http::Response to_v1(http::Response response) {
  if (response.stream) {
    response.stream = V1Pieces(std::move(response.stream));
    response.headers.set("Content-Type", std::string(json_media_type));
    return response;
  }
  if (response.body.empty()) return response;
  if (auto body = object_in(response)) response.body = scim::serialize(scim::v1_answer(std::move(*body)));
  response.headers.set("Content-Type", std::string(json_media_type));
  return response;
}

http::Response answer_v1(const V1Request& v1, const scim::Catalog& catalog, const V2& v2) {
  const auto segments = without_suffix(v1.segments);
  const V1Request plain{v1.request, segments, v1.max_body_bytes};
  const auto method = method_of(v1.request);
  const bool known = is_resource_endpoint(segments);
  const bool discovery = !known && !segments.empty() && segments.size() <= 2 &&
                         (iequals(segments[0], "ServiceProviderConfigs") ||
                          iequals(segments[0], "ServiceProviderConfig") || iequals(segments[0], "Schemas"));
  if (discovery && (method == "GET" || method == "HEAD")) return discover(plain, catalog, v2);
  if (discovery) {
    auto refused = to_v1(answer_http_error(405, "this resource allows only GET"));
    refused.headers.set("Allow", "GET");
    return refused;
  }
  if (!known && !segments.empty() && iequals(segments[0], "Bulk"))
    return to_v1(answer(error(ErrorKind::NotImplemented, "Bulk is offered in version 2.0")));
  if (!known) return to_v1(answer(error(ErrorKind::NotFound, "there is no such endpoint")));
  auto request = v1.request;
  request.method = method;
  if (method == "POST" || method == "PUT" || method == "PATCH") {
    auto body = body_to_v2(plain, method);
    if (!body) return to_v1(answer(body.error()));
    request.body = std::move(*body);
  }
  return to_v1(v2(request, segments));
}

}  // namespace dirbridge::server
