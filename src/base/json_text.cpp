#include "base/json_text.hpp"

#include <boost/json.hpp>

#include "base/text.hpp"

namespace dirbridge {

namespace {

namespace json = boost::json;

void make_readable(json::value& value) {
  if (auto* const text = value.if_string()) {
    if (!is_utf8(*text)) value = json::object{{"base64", to_base64url(*text)}};
  } else if (auto* const list = value.if_array()) {
    for (auto& item : *list) make_readable(item);
  } else if (auto* const object = value.if_object()) {
    for (auto& member : *object) make_readable(member.value());
  }
}

}  // namespace

std::string json_text(json::value document) {
  make_readable(document);
  return json::serialize(document);
}

}  // namespace dirbridge
