// The section "server": what identity providers reach.
#include <algorithm>

#include "base/text.hpp"
#include "config/sections/sections.hpp"

namespace dirbridge::config {
namespace {

constexpr auto path_hint = "a path such as /scim: starts with /, does not end with one";
constexpr auto tls_hint =
    "TLS needs a certificate and its key; leave tls out to serve plain HTTP behind a proxy";

bool is_url_path(std::string_view path) {
  if (path.size() < 2 || path.front() != '/' || path.back() == '/') return false;
  for (const auto segment : split(path.substr(1), '/')) {
    if (segment.empty() || segment == "." || segment == "..") return false;
    const bool plain = std::all_of(segment.begin(), segment.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             std::string_view("-._~").find(c) != std::string_view::npos;
    });
    if (!plain) return false;
  }
  return true;
}

bool is_same_or_below(std::string_view path, std::string_view base) {
  return path.substr(0, base.size()) == base && (path.size() == base.size() || path[base.size()] == '/');
}

void read_base_path(ObjectReader& reader, std::string_view key, std::string& out) {
  const auto path = reader.text(key);
  if (!path) return;
  out = *path;
  if (!is_url_path(*path)) reader.problem(key, "is not a path", path_hint);
}

void read_alias_paths(ObjectReader& reader, std::string_view key, ServerConfig& server) {
  for (const auto& [alias, where] : reader.texts(key)) {
    if (!is_url_path(alias)) reader.problem_at(where, "is not a path", path_hint);
    auto others = server.alias_paths;
    others.push_back(server.base_path);
    for (const auto& other : others) {
      if (!is_same_or_below(alias, other) && !is_same_or_below(other, alias)) continue;
      reader.problem_at(
          where, alias == other ? "\"" + alias + "\" is there already" : "overlaps with \"" + other + "\"",
          "each base path must be a path of its own");
      break;
    }
    server.alias_paths.push_back(alias);
  }
}

void read_public_url(ObjectReader& reader, std::string_view key, std::string& out) {
  auto url = reader.text(key);
  if (!url) return;
  while (!url->empty() && url->back() == '/') url->pop_back();
  const auto mark = url->find("://");
  const auto scheme = url->substr(0, mark);
  const auto rest = mark == std::string::npos ? std::string() : url->substr(mark + 3);
  if ((scheme != "http" && scheme != "https") || rest.empty() || rest.front() == '/' ||
      rest.find_first_of("?# @") != std::string::npos) {
    reader.problem(key, "is not a URL that base_path can follow", "such as https://bridge.example.org");
  }
  out = *url;
}

const Keys<http::TlsFiles>& tls_keys() {
  using http::TlsFiles;
  static const Keys<TlsFiles> keys = {
      {"certificate_file",
       &TlsFiles::certificate_file,
       file(),
       "the certificate and its chain, PEM",
       Effect::Reload,
       {.required = tls_hint}},
      {"key_file",
       &TlsFiles::key_file,
       file(),
       "the certificate's key, PEM, readable by the bridge alone",
       Effect::Reload,
       {.required = tls_hint}},
  };
  return keys;
}

constexpr auto in_flight = "body_bytes_in_flight";

const Keys<http::Limits>& http_limit_keys() {
  using http::Limits;
  constexpr std::size_t largest_body = 1'024 * 1'024 * 1'024;
  constexpr std::size_t many = 1'000'000;
  static const Keys<Limits> keys = {
      {"body_bytes", &Limits::body_bytes, count(1'024, largest_body), "a larger request body is answered 413",
       Effect::Restart},
      {in_flight,
       &Limits::body_bytes_in_flight,
       count(1'024, 64 * largest_body),
       "of all bodies that arrive, wait and are handled; what is more is answered 503 with Retry-After",
       Effect::Restart,
       {.otherwise = "`134217728`, or twice `body_bytes` where that is more"}},
      {"header_bytes", &Limits::header_bytes, count(1'024, 1'024 * 1'024),
       "a larger request header is answered 431", Effect::Restart},
      {"connections", &Limits::connections, count(1, many),
       "open connections; with one more the longest idle one is closed", Effect::Restart},
      {"unauthenticated_connections", &Limits::unauthenticated_connections, count(1, many),
       "of these at most, without a good token; with one more another of them is closed", Effect::Restart},
      {"unauthenticated_per_address", &Limits::unauthenticated_per_address, count(1, many),
       "the same for one address (IPv6: one /64 network)", Effect::Restart},
      {"workers", &Limits::workers, count(1, 1'024),
       "requests handled at once; as many as `pool_size` of the directory, so that none waits a second time",
       Effect::Restart},
      {"queued_requests", &Limits::queued_requests, count(1, many),
       "requests that wait for a worker; what is more is answered 503 with Retry-After", Effect::Restart},
      {"request_timeout_ms", &Limits::request_timeout, milliseconds(100, 3'600'000),
       "after this a request is answered with an error, whatever the directory does", Effect::Restart},
  };
  return keys;
}

void read_limits(ObjectReader& reader, std::string_view key, http::Limits& limits) {
  auto section = reader.object(key);
  if (!section) return;
  constexpr std::size_t not_set = 0;
  const auto usual = std::exchange(limits.body_bytes_in_flight, not_set);
  read_keys(*section, http_limit_keys(), limits);
  if (limits.body_bytes_in_flight == not_set)
    limits.body_bytes_in_flight = std::max(usual, 2 * limits.body_bytes);
  if (limits.body_bytes_in_flight < limits.body_bytes)
    section->problem(in_flight, "is smaller than body_bytes", "no body of that size could be read");
  section->finish();
}

}  // namespace

const Keys<ServerConfig>& server_keys() {
  static const Keys<ServerConfig> keys = {
      {"listen", &ServerConfig::listen, listen(),
       "where identity providers reach the bridge; the address is numeric or localhost", Effect::Restart},
      {"tls", &ServerConfig::tls, optional_section(tls_keys()),
       "the bridge's own certificate; without it plain HTTP, for use behind a proxy that terminates TLS",
       Effect::Reload},
      {"public_url",
       &ServerConfig::public_url,
       read_by(read_public_url, text("URL")),
       "how the outside names this server, in Location and meta.location",
       Effect::Reload,
       {.otherwise = "from the Host header"}},
      {"base_path", &ServerConfig::base_path, read_by(read_base_path, text("path")),
       "a connection's base URL is `<public_url><base_path>/<connection>/v2`, or `/v1` for SCIM 1.1",
       Effect::Restart},
      {"alias_paths", read_by(read_alias_paths, of_member(&ServerConfig::alias_paths, texts("paths"))),
       "more base paths, without a connection's name: the token says which connection is meant",
       Effect::Restart},
      {"limits", &ServerConfig::limits, read_by(read_limits, section(http_limit_keys())),
       "what senders may take", Effect::Restart},
  };
  return keys;
}

}  // namespace dirbridge::config
