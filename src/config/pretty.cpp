#include "config/pretty.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace dirbridge::config {
namespace {

namespace json = boost::json;

// `open` and `close` around the items, each on a line of its own.
template <class Items, class PrintItem>
void print_lines(const Items& items, char open, char close, std::size_t indent, std::string& out,
                 const PrintItem& print_item) {
  out += open;
  const char* separator = "\n";
  for (const auto& item : items) {
    out.append(separator).append(indent + 2, ' ');
    print_item(item);
    separator = ",\n";
  }
  out.append("\n").append(indent, ' ') += close;
}

// As json::serialize, with a blank after each colon and comma.
std::string one_line(const json::value& value) {
  std::string out;
  const char* separator = "";
  if (const auto* object = value.if_object()) {
    for (const auto& [key, member] : *object) {
      out.append(separator).append(json::serialize(json::value(key))).append(": ").append(one_line(member));
      separator = ", ";
    }
    return object->empty() ? "{}" : "{ " + out + " }";
  }
  if (const auto* array = value.if_array()) {
    for (const auto& item : *array) {
      out.append(separator).append(one_line(item));
      separator = ", ";
    }
    return "[" + out + "]";
  }
  return json::serialize(value);
}

// An object in an object is easier to read on lines of its own.
bool is_flat(const json::value& value) {
  const auto* object = value.if_object();
  if (!object) return true;
  return std::none_of(object->begin(), object->end(), [](const auto& member) {
    return member.value().is_object() && !member.value().get_object().empty();
  });
}

// `before`: how much of the line is taken.
void print(const json::value& value, std::size_t indent, std::size_t before, std::string& out) {
  constexpr std::size_t width = 100;
  const auto line = one_line(value);
  const auto* object = value.if_object();
  const auto* array = value.if_array();
  if ((before + line.size() <= width && is_flat(value)) || (!object && !array)) {
    out += line;
  } else if (object) {
    print_lines(*object, '{', '}', indent, out, [&](const auto& member) {
      const auto key = json::serialize(json::value(member.key())) + ": ";
      out += key;
      print(member.value(), indent + 2, indent + 2 + key.size(), out);
    });
  } else {
    print_lines(*array, '[', ']', indent, out,
                [&](const auto& item) { print(item, indent + 2, indent + 2, out); });
  }
}

}  // namespace

std::string pretty(const json::value& value) {
  std::string out;
  print(value, 0, 0, out);
  return out + '\n';
}

}  // namespace dirbridge::config
