#include "http/url.hpp"

#include <charconv>

#include "base/text.hpp"

namespace dirbridge::http {
namespace {

Error refuse(std::string_view url, const std::string& why) {
  return error(ErrorKind::InvalidValue, "The URL " + std::string(url) + " " + why, "url");
}

bool parse_port(std::string_view text, std::uint16_t& port) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  return failed == std::errc{} && end == text.data() + text.size() && port != 0;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  if (has_control(text) || text.find_first_of(" #") != std::string_view::npos)
    return error(ErrorKind::InvalidValue, "A URL holds a space, a fragment or a control character", "url");
  Url url;
  std::string_view rest = text;
  if (istarts_with(rest, "https://")) {
    url.secure = true;
    rest.remove_prefix(8);
  } else if (istarts_with(rest, "http://")) {
    rest.remove_prefix(7);
  } else {
    return refuse(text, "does not start with http:// or https://");
  }
  const std::size_t end = rest.find_first_of("/?");
  const std::string_view authority = rest.substr(0, end);
  url.target = end == std::string_view::npos ? "/" : std::string(rest.substr(end));
  if (url.target.front() == '?') url.target.insert(0, "/");
  // The text is not repeated here: what stands before the @ may be a password.
  if (authority.find('@') != std::string_view::npos)
    return error(ErrorKind::InvalidValue, "A URL must not carry a user name or password", "url");

  const bool bracketed = !authority.empty() && authority.front() == '[';
  const std::size_t host_end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && host_end == std::string_view::npos) return refuse(text, "has an unclosed bracket");
  url.host = ascii_lower(bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end));
  if (url.host.empty()) return refuse(text, "has no host");
  std::string_view after = authority.substr(
      host_end == std::string_view::npos ? authority.size() : host_end + (bracketed ? 1 : 0));
  url.port = url.secure ? 443 : 80;
  if (!after.empty()) {
    if (after.front() != ':') return refuse(text, "has something after the host's bracket");
    if (after.size() > 1 && !parse_port(after.substr(1), url.port)) return refuse(text, "has a bad port");
  }
  url.authority = authority;
  return url;
}

}  // namespace dirbridge::http
