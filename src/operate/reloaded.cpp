#include "operate/reloaded.hpp"

#include <boost/json.hpp>

#include "base/json_access.hpp"

namespace dirbridge::operate {

namespace {

namespace json = boost::json;

json::array to_array(const std::vector<std::string>& texts) {
  json::array out;
  for (const auto& text : texts) out.emplace_back(text);
  return out;
}

std::vector<std::string> texts_at(const json::object& object, std::string_view name) {
  std::vector<std::string> out;
  const auto* const list = object.if_contains(name);
  if (list && list->is_array())
    for (const auto& item : list->get_array())
      if (item.is_string()) out.emplace_back(item.get_string());
  return out;
}

}  // namespace

json::object to_json(const Reloaded& reloaded) {
  return {{"file", reloaded.file},
          {"refused", to_array(reloaded.refused)},
          {"certificate", reloaded.certificate},
          {"added", to_array(reloaded.added)},
          {"changed", to_array(reloaded.changed)},
          {"removed", to_array(reloaded.removed)},
          {"other_rules", to_array(reloaded.other_rules)},
          {"waiting", to_array(reloaded.waiting)}};
}

Reloaded reloaded_in(const json::object& object) {
  const auto* const certificate = object.if_contains("certificate");
  return {std::string(text_at(object, "file")),
          texts_at(object, "refused"),
          certificate && certificate->is_bool() && certificate->get_bool(),
          texts_at(object, "added"),
          texts_at(object, "changed"),
          texts_at(object, "removed"),
          texts_at(object, "other_rules"),
          texts_at(object, "waiting")};
}

}  // namespace dirbridge::operate
