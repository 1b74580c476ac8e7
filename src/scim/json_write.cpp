#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>

#include "scim/json_text.hpp"

namespace dirbridge::scim {
namespace {

void write_escaped(char c, std::string& out) {
  static constexpr char digits[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default: {
      const auto u = static_cast<unsigned char>(c);
      out += "\\u00";
      out += digits[u >> 4];
      out += digits[u & 15];
    }
  }
}

constexpr auto needs_escape = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
  table['"'] = table['\\'] = true;
  return table;
}();

void write_text(std::string_view text, std::string& out) {
  out += '"';
  const char* plain = text.data();  // start of the run that needs no escape
  const char* const end = plain + text.size();
  for (const char* at = plain; at != end; ++at) {
    if (!needs_escape[static_cast<unsigned char>(*at)]) continue;
    out.append(plain, at);
    write_escaped(*at, out);
    plain = at + 1;
  }
  out.append(plain, end);
  out += '"';
}

template <class Number>
void write_number(Number number, std::string& out) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  out.append(buffer, end);
}

void write_value(const json::value& value, std::string& out);

void write_array(const json::array& array, std::string& out) {
  char separator = '[';
  for (const auto& value : array) {
    out += std::exchange(separator, ',');
    write_value(value, out);
  }
  out += array.empty() ? "[]" : "]";
}

void write_value(const json::value& value, std::string& out) {
  switch (value.kind()) {
    case json::kind::null:
      out += "null";
      return;
    case json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      return;
    case json::kind::int64:
      write_number(value.get_int64(), out);
      return;
    case json::kind::uint64:
      write_number(value.get_uint64(), out);
      return;
    case json::kind::double_:
      if (std::isfinite(value.get_double()))
        write_number(value.get_double(), out);
      else
        out += "null";  // JSON has no such number
      return;
    case json::kind::string:
      write_text(value.get_string(), out);
      return;
    case json::kind::array:
      write_array(value.get_array(), out);
      return;
    case json::kind::object:
      write(value.get_object(), out);
      return;
  }
}

}  // namespace

void write(const json::object& object, std::string& out) {
  char separator = '{';
  for (const auto& [key, value] : object) {
    out += std::exchange(separator, ',');
    write_text(key, out);
    out += ':';
    write_value(value, out);
  }
  out += object.empty() ? "{}" : "}";
}

std::string serialize(const json::value& value) {
  std::string out;
  out.reserve(1024);
  write_value(value, out);
  return out;
}

std::string serialize(const json::object& object) {
  std::string out;
  out.reserve(1024);
  write(object, out);
  return out;
}

}  // namespace dirbridge::scim
