#include "operate/command_outcome.hpp"

#include <boost/json.hpp>

#include "base/json_access.hpp"
#include "operate/json_list.hpp"

namespace dirbridge::operate {

namespace {

namespace json = boost::json;

std::size_t count_at(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  json::error_code failed;
  const auto count = value ? value->to_number<std::size_t>(failed) : 0;
  return failed ? 0 : count;
}

// Calls `take` with each object of a list.
template <class Take>
void each_at(const json::object& object, std::string_view name, const Take& take) {
  const auto* const list = object.if_contains(name);
  if (list && list->is_array())
    for (const auto& item : list->get_array())
      if (item.is_object()) take(item.get_object());
}

Applied applied_in(const json::object& object) {
  Applied out{count_at(object, "users"), count_at(object, "groups"), count_at(object, "changed")};
  each_at(object, "failures", [&](const json::object& failure) {
    out.failures.push_back({std::string(text_at(failure, "what")), std::string(text_at(failure, "detail"))});
  });
  return out;
}

}  // namespace

json::object to_json(const Applied& applied) {
  return {{"users", applied.users},
          {"groups", applied.groups},
          {"changed", applied.changed},
          {"failures", to_json(applied.failures)}};
}

json::object to_json(const CommandOutcome& outcome) {
  json::object out{{"decided", list_of(outcome.decided)}, {"failure", outcome.failure}};
  if (outcome.applied) out["applied"] = to_json(*outcome.applied);
  if (outcome.reloaded) out["reloaded"] = to_json(*outcome.reloaded);
  return out;
}

std::optional<CommandOutcome> outcome_in(const json::object& object) {
  if (!object.contains("decided")) return std::nullopt;
  CommandOutcome out{{}, std::string(text_at(object, "failure"))};
  bool good = true;
  each_at(object, "decided", [&](const json::object& item) {
    if (auto one = decided_in(item))
      out.decided.push_back(std::move(*one));
    else
      good = false;
  });
  if (object.contains("applied")) out.applied = applied_in(object_at(object, "applied"));
  if (object.contains("reloaded")) out.reloaded = reloaded_in(object_at(object, "reloaded"));
  return good ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace dirbridge::operate
