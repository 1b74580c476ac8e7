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

void write_text(std::string_view text, std::string& out) {
  out += '"';
  std::size_t plain = 0;  // start of the run that needs no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain, i - plain);
    write_escaped(c, out);
    plain = i + 1;
  }
  out.append(text, plain);
  out += '"';
}

template <class Number>
void write_number(Number number, std::string& out) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  out.append(buffer, end);
}

void write(const json::value& value, std::string& out);

void write(const json::object& object, std::string& out) {
  char separator = '{';
  for (const auto& [key, value] : object) {
    out += std::exchange(separator, ',');
    write_text(key, out);
    out += ':';
    write(value, out);
  }
  out += object.empty() ? "{}" : "}";
}

void write(const json::array& array, std::string& out) {
  char separator = '[';
  for (const auto& value : array) {
    out += std::exchange(separator, ',');
    write(value, out);
  }
  out += array.empty() ? "[]" : "]";
}

void write(const json::value& value, std::string& out) {
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
      write(value.get_array(), out);
      return;
    case json::kind::object:
      write(value.get_object(), out);
      return;
  }
}

}  // namespace

std::string serialize(const json::value& value) {
  std::string out;
  write(value, out);
  return out;
}

std::string serialize(const json::object& object) {
  std::string out;
  write(object, out);
  return out;
}

}  // namespace dirbridge::scim
