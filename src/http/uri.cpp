#include "http/uri.hpp"

#include "base/text.hpp"

namespace dirbridge::http {
namespace {

constexpr std::size_t max_target_bytes = 8 * 1024;

Error refuse(std::string detail) {
  return error(ErrorKind::InvalidSyntax, std::move(detail));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

enum class Plus { Literal, Space };

Result<std::string> decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::Space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return refuse("The request target has a broken percent escape");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  if (has_control(out)) return refuse("The request target holds a control character");
  if (!is_utf8(out)) return refuse("The request target is not UTF-8");
  return out;
}

Result<std::vector<std::string>> parse_path(std::string_view path) {
  // Characters that RFC 3986 never allows raw in a path and that some proxy could read as a separator.
  if (path.find_first_of("\\\"<>^`{|}") != std::string_view::npos)
    return refuse("The path holds a character that must be percent-encoded");
  std::vector<std::string> segments;
  for (const std::string_view raw : split(path, '/')) {
    if (raw.empty()) continue;
    auto segment = decode(raw, Plus::Literal);
    if (!segment) return segment.error();
    if (*segment == "." || *segment == "..") return refuse("The path holds a dot segment");
    segments.push_back(std::move(*segment));
  }
  return segments;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const std::string_view raw : split(query, '&')) {
    if (raw.empty()) continue;
    const std::size_t equals = raw.find('=');
    auto name = decode(raw.substr(0, equals), Plus::Space);
    if (!name) return name.error();
    auto value =
        decode(equals == std::string_view::npos ? std::string_view{} : raw.substr(equals + 1), Plus::Space);
    if (!value) return value.error();
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

}  // namespace

const std::string* Target::parameter(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (iequals(key, name)) return &value;
  return nullptr;
}

Result<Target> parse_target(std::string_view text) {
  if (text.size() > max_target_bytes)
    return error(ErrorKind::TooLarge, "The request target is longer than 8192 bytes");
  if (text.empty() || text.front() != '/') return refuse("The request target does not start with a slash");
  if (has_control(text)) return refuse("The request target holds a control character");
  if (text.find_first_of(" #") != std::string_view::npos)
    return refuse("The request target holds a space or a fragment");

  const std::size_t question = text.find('?');
  Target target;
  auto segments = parse_path(text.substr(0, question));
  if (!segments) return segments.error();
  target.segments = std::move(*segments);
  if (question != std::string_view::npos) {
    auto query = parse_query(text.substr(question + 1));
    if (!query) return query.error();
    target.query = std::move(*query);
  }
  return target;
}

std::string percent_encode(std::string_view segment) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(segment.size());
  for (const char c : segment) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  return out;
}

}  // namespace dirbridge::http
