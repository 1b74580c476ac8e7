#include "server/request_headers.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "scim/messages.hpp"

namespace dirbridge::server {

namespace {

// As split, but separators inside quotes are text.
std::vector<std::string_view> split_unquoted(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == separator) {
      out.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  out.push_back(text.substr(std::min(start, text.size())));
  return out;
}

// `name=value`, the value quoted or not.
std::pair<std::string_view, std::string_view> read_parameter(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return {trim(text), {}};
  auto value = trim(text.substr(equals + 1));
  if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"'))
    value = value.substr(1, value.size() - 2);
  return {trim(text.substr(0, equals)), value};
}

Error unsupported(const char* what, const char* header) {
  return error(ErrorKind::UnsupportedMediaType, what, header);
}

Result<> check_media_type(std::string_view content_type) {
  const auto parts = split_unquoted(content_type, ';');
  const auto media = ascii_lower(trim(parts.front()));
  if (!media.empty() && media != "application/json" && media != scim::media_type)
    return unsupported("the body must be application/scim+json or application/json", "Content-Type");
  for (const auto part : parts) {
    const auto [name, value] = read_parameter(part);
    if (iequals(name, "charset") && !value.empty() && !iequals(value, "utf-8") && !iequals(value, "utf8"))
      return unsupported("the body must be in UTF-8", "Content-Type");
  }
  return {};
}

bool is_host_character(char c) {
  constexpr std::string_view others = "-._~!$&'()*+,;=%";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         others.find(c) != std::string_view::npos;
}

bool is_port(std::string_view text) {
  return text.empty() || (text.front() == ':' && std::all_of(text.begin() + 1, text.end(),
                                                             [](char c) { return c >= '0' && c <= '9'; }));
}

// host [":" port]; an address in brackets has colons.
bool is_host(std::string_view text) {
  const bool bracketed = text.starts_with('[');
  const auto end = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == std::string_view::npos) return false;
  const auto name = text.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
  const auto fits = [&](char c) { return is_host_character(c) || (bracketed && c == ':'); };
  return !name.empty() && std::all_of(name.begin(), name.end(), fits) &&
         is_port(text.substr(bracketed ? end + 1 : end));
}

}  // namespace

std::string combined(const http::Headers& headers, std::string_view name) {
  std::string out;
  for (const auto& [key, value] : headers) {
    if (!iequals(key, name)) continue;
    if (!out.empty()) out += ", ";
    out += value;
  }
  return out;
}

std::string return_preference(const http::Headers& headers) {
  const auto wishes = combined(headers, "Prefer");
  for (const auto wish : split_unquoted(wishes, ',')) {
    const auto [name, value] = read_parameter(split_unquoted(wish, ';').front());
    if (iequals(name, "return")) return ascii_lower(value);
  }
  return {};
}

Result<> check_content(const http::Headers& headers) {
  const auto codings = combined(headers, "Content-Encoding");
  for (const auto coding : split(codings, ','))
    if (!trim(coding).empty() && !iequals(trim(coding), "identity"))
      return unsupported("the body must not be compressed", "Content-Encoding");
  const auto* type = headers.find("Content-Type");
  return type ? check_media_type(*type) : Result<>();
}

Result<> check_precondition(const http::Headers& headers) {
  if (!headers.find("If-Match")) return {};
  const auto tags = combined(headers, "If-Match");
  if (tags.find_first_not_of(", \t") != std::string::npos) return {};
  return error(ErrorKind::InvalidValue, "names no version: send * or an entity tag, or leave it out",
               "If-Match");
}

Result<> check_single(const http::Headers& headers, std::string_view name) {
  const auto count = std::count_if(headers.begin(), headers.end(),
                                   [name](const auto& header) { return iequals(header.first, name); });
  if (count <= 1) return {};
  return error(ErrorKind::InvalidSyntax, "stands in more than one line", std::string(name));
}

Result<> check_host(const http::Headers& headers) {
  const auto* host = headers.find("Host");
  if (!host || host->empty() || is_host(*host)) return {};
  return error(ErrorKind::InvalidSyntax, "is not a host name or address with or without a port", "Host");
}

}  // namespace dirbridge::server
