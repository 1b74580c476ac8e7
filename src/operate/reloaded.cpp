#include "operate/reloaded.hpp"

#include <boost/json.hpp>

#include "base/json_access.hpp"

namespace dirbridge::operate {

namespace {

namespace json = boost::json;

json::array array_of(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

}  // namespace

json::object to_json(const Reloaded& reloaded) {
  return {{"file", reloaded.file},
          {"refused", array_of(reloaded.refused)},
          {"certificate", reloaded.certificate},
          {"added", array_of(reloaded.added)},
          {"changed", array_of(reloaded.changed)},
          {"removed", array_of(reloaded.removed)},
          {"other_rules", array_of(reloaded.other_rules)},
          {"waiting", array_of(reloaded.waiting)}};
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
