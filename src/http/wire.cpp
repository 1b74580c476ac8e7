#include "http/wire.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <iterator>
#include <stdexcept>

#include "base/text.hpp"

namespace dirbridge::http::wire {
namespace {

struct Reason {
  int status;
  std::string_view text;
};
constexpr Reason reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

std::string_view reason(int status) {
  const auto* const at = std::find_if(std::begin(reasons), std::end(reasons),
                                      [=](const Reason& one) { return one.status == status; });
  return at == std::end(reasons) ? std::string_view() : at->text;
}

// IMF-fixdate (RFC 9110 5.6.7), remade once a second and thread.
const std::string& date() {
  thread_local std::time_t made = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now == made) return text;
  static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                days[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                utc.tm_sec);
  made = now;
  text = buffer;
  return text;
}

void append_number(std::string& out, std::size_t number, int base) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

bool is_ours(std::string_view name) {
  static constexpr std::array<std::string_view, 5> ours{"Content-Length", "Transfer-Encoding", "Connection",
                                                        "Keep-Alive", "Date"};
  return std::any_of(ours.begin(), ours.end(), [name](std::string_view own) { return iequals(own, name); });
}

}  // namespace

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

bool is_token(std::string_view text) {
  static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

std::string head(const Answer& answer) {
  const Response& response = answer.response;
  if (response.status < 200 || response.status > 599) throw std::invalid_argument("status out of range");
  std::string out;
  out.reserve(
      512 + (answer.framing == BodyFraming::Length ? std::min<std::size_t>(response.body.size(), 16384) : 0));
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status), 10);
  out += ' ';
  out += reason(response.status);
  out += "\r\n";
  append_field(out, "Date", date());
  for (const auto& [name, value] : response.headers) {
    if (is_ours(name)) continue;
    if (!is_token(name) || !is_field_value(value)) throw std::invalid_argument("bad header field " + name);
    append_field(out, name, value);
  }
  if (answer.framing == BodyFraming::Chunked) append_field(out, "Transfer-Encoding", "chunked");
  if (answer.framing == BodyFraming::Length && may_have_body(response.status)) {
    out += "Content-Length: ";
    append_number(out, response.body.size(), 10);
    out += "\r\n";
  }
  if (answer.persistence == Persistence::Close) append_field(out, "Connection", "close");
  if (answer.persistence == Persistence::KeepAliveExplicit) append_field(out, "Connection", "keep-alive");
  out += "\r\n";
  return out;
}

std::string chunk_head(std::size_t size) {
  std::string out;
  append_number(out, size, 16);
  out += line_end;
  return out;
}

}  // namespace dirbridge::http::wire
