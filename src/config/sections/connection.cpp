#include "config/sections/sections.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/text.hpp"

namespace dirbridge::config {
namespace {

std::optional<Listen> parse_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto address = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  Listen listen;
  const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
  if (ec != std::errc() || end != port.data() + port.size()) return std::nullopt;
  const bool bracketed = address.size() > 2 && address.front() == '[' && address.back() == ']';
  if (bracketed) address = address.substr(1, address.size() - 2);
  listen.address = address == "localhost" ? "127.0.0.1" : std::string(address);
  unsigned char buffer[sizeof(in6_addr)];
  const int family = bracketed ? AF_INET6 : AF_INET;
  if (inet_pton(family, listen.address.c_str(), buffer) != 1) return std::nullopt;
  return listen;
}

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

void read_paths(ObjectReader& reader, ServerConfig& server) {
  constexpr auto path_hint = "a path such as /scim: starts with /, does not end with one";
  if (const auto path = reader.text("base_path")) {
    server.base_path = *path;
    if (!is_url_path(*path)) reader.problem("base_path", "is not a path", path_hint);
  }
  for (const auto& [alias, where] : reader.texts("alias_paths")) {
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

void read_public_url(ObjectReader& reader, ServerConfig& server) {
  auto url = reader.text("public_url");
  if (!url) return;
  while (!url->empty() && url->back() == '/') url->pop_back();
  const auto mark = url->find("://");
  const auto scheme = url->substr(0, mark);
  const auto rest = mark == std::string::npos ? std::string() : url->substr(mark + 3);
  if ((scheme != "http" && scheme != "https") || rest.empty() || rest.front() == '/' ||
      rest.find_first_of("?# @") != std::string::npos) {
    reader.problem("public_url", "is not a URL that base_path can follow",
                   "such as https://bridge.example.org");
  }
  server.public_url = *url;
}

void read_tls(ObjectReader& reader, const std::string& folder, ServerConfig& server) {
  auto tls = reader.object("tls");
  if (!tls) return;
  http::TlsFiles files;
  constexpr auto hint =
      "TLS needs a certificate and its key; leave tls out to serve plain HTTP behind a proxy";
  if (const auto name = tls->required_text("certificate_file", hint)) {
    files.certificate_file = absolute_file(*name, folder);
  }
  if (const auto name = tls->required_text("key_file", hint)) files.key_file = absolute_file(*name, folder);
  tls->finish();
  server.tls = files;
}

void read_limits(ObjectReader& reader, http::Limits& limits) {
  auto section = reader.object("limits");
  if (!section) return;
  const auto take = [&](std::string_view key, std::size_t least, std::size_t most, std::size_t& target) {
    const auto number = section->number(key, least, most);
    if (number) target = *number;
    return number.has_value();
  };
  constexpr std::size_t largest_body = 1'024 * 1'024 * 1'024;
  take("body_bytes", 1'024, largest_body, limits.body_bytes);
  if (!take("body_bytes_in_flight", 1'024, 64 * largest_body, limits.body_bytes_in_flight))
    limits.body_bytes_in_flight = std::max(limits.body_bytes_in_flight, 2 * limits.body_bytes);
  if (limits.body_bytes_in_flight < limits.body_bytes)
    section->problem("body_bytes_in_flight", "is smaller than body_bytes",
                     "no body of that size could be read");
  take("header_bytes", 1'024, 1'024 * 1'024, limits.header_bytes);
  take("connections", 1, 1'000'000, limits.connections);
  take("unauthenticated_connections", 1, 1'000'000, limits.unauthenticated_connections);
  take("unauthenticated_per_address", 1, 1'000'000, limits.unauthenticated_per_address);
  take("workers", 1, 1'024, limits.workers);
  take("queued_requests", 1, 1'000'000, limits.queued_requests);
  if (const auto ms = section->number("request_timeout_ms", 100, 3'600'000)) {
    limits.request_timeout = std::chrono::milliseconds(*ms);
  }
  section->finish();
}

Profile read_profile(ObjectReader& reader) {
  std::vector<std::string_view> names;
  for (const auto& profile : profiles()) names.push_back(profile.name);
  const auto choice = reader.choice("profile", names, "\"generic\" serves all others");
  return choice ? profiles()[*choice] : generic_profile();
}

void read_pages(ObjectReader& reader, Profile& profile) {
  profile.max_page_size = reader.number("max_page_size", 1, 100'000).value_or(profile.max_page_size);
  const auto page_size = reader.number("default_page_size", 1, 100'000);
  profile.default_page_size = page_size.value_or(std::min(profile.default_page_size, profile.max_page_size));
  if (profile.default_page_size > profile.max_page_size) {
    reader.problem("default_page_size", "is larger than max_page_size", {});
  }
}

// The profile's row; what the connection says itself counts more.
Profile read_behaviour(ObjectReader& reader) {
  auto profile = read_profile(reader);
  using Answer = scim::GroupPatchAnswer;
  constexpr Answer answers[] = {Answer::WhenSmall, Answer::Never, Answer::Always};
  if (const auto choice = reader.choice("group_patch_response", {"auto", "none", "resource"}))
    profile.group_patch_response = answers[*choice];
  if (const auto choice = reader.choice("on_no_match_replace", {"create", "error"}))
    profile.on_no_match_replace = *choice == 0 ? NoMatchReplace::Create : NoMatchReplace::Error;
  if (const auto choice = reader.choice("put_omitted", {"clear", "keep"}))
    profile.put_omitted = *choice == 0 ? scim::PutOmitted::Clear : scim::PutOmitted::Keep;
  profile.members_in_group_lists =
      reader.boolean("members_in_group_lists").value_or(profile.members_in_group_lists);
  read_pages(reader, profile);
  return profile;
}

}  // namespace

std::optional<SecretSource> read_secret_source(ObjectReader& reader, std::string_view key,
                                               const std::string& folder) {
  constexpr auto hint = "{\"file\": \"name\"} (owner-only, first line), or {\"env\": \"VARIABLE\"}";
  const auto* value = reader.raw(key);
  if (!value) {
    reader.missing(key, hint);
    return std::nullopt;
  }
  if (value->is_string()) {
    reader.problem(
        key, "a secret must not stand in the configuration: it would end up in backups and tickets", hint);
    return std::nullopt;
  }
  auto section = reader.object(key);
  const auto file = section->text("file");
  const auto variable = section->text("env");
  if (value->is_object() && file.has_value() == variable.has_value())
    section->problem("", "needs one of file and env", hint);
  section->finish();
  if (file) return SecretSource{SecretSource::From::File, absolute_file(*file, folder)};
  if (variable) return SecretSource{SecretSource::From::Environment, *variable};
  return std::nullopt;
}

std::string absolute_file(const std::string& name, const std::string& folder) {
  return (std::filesystem::path(folder) / name).lexically_normal().string();
}

void read_listen(ObjectReader& reader, Listen& listen) {
  const auto text = reader.text("listen");
  if (!text) return;
  if (const auto parsed = parse_listen(*text)) {
    listen = *parsed;
  } else {
    reader.problem("listen", "is not \"address:port\" with a numeric address or localhost",
                   "such as 127.0.0.1:8080, 0.0.0.0:8443 for all of IPv4, [::]:8443 for all of IPv6");
  }
}

void read_server(ObjectReader& reader, const std::string& folder, ServerConfig& server) {
  read_listen(reader, server.listen);
  read_tls(reader, folder, server);
  read_public_url(reader, server);
  read_paths(reader, server);
  read_limits(reader, server.limits);
}

ConnectionConfig read_connection(ObjectReader& reader, const std::string& name, const std::string& folder,
                                 const std::vector<std::string>& directories) {
  ConnectionConfig connection;
  if (reader.choice("kind", {"scim", "rest"}) == 1) {
    reader.problem("kind", "\"rest\" is not offered by this version: identity providers push by SCIM only",
                   "use \"scim\"");
  }
  if (const auto directory = reader.required_text("directory", "the name of one of $.directories")) {
    connection.directory = *directory;
    if (std::find(directories.begin(), directories.end(), *directory) == directories.end()) {
      const auto suggestion = closest(*directory, directories);
      reader.problem(
          "directory", "there is no directory \"" + *directory + "\"",
          suggestion ? "did you mean \"" + *suggestion + "\"?" : "configured: " + join(directories, ", "));
    }
  }
  connection.tokens_file =
      absolute_file(reader.text("tokens_file").value_or("tokens/" + name + ".json"), folder);
  connection.behaviour = read_behaviour(reader);
  connection.guard = read_guard(reader, sync::BudgetRules());
  connection.handover = read_handover(reader, folder);
  return connection;
}

}  // namespace dirbridge::config
