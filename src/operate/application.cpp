#include "operate/application.hpp"

#include <boost/json.hpp>

namespace dirbridge::operate {

namespace json = boost::json;

std::vector<Failure> Application::failures() const {
  std::vector<Failure> out;
  if (outcome.applied) out = outcome.applied->failures;
  if (!outcome.failure.empty()) out.push_back({{}, outcome.failure});
  return out;
}

json::object to_json(const Application& application) {
  json::object out{{"connection", application.connection},
                   {"losses", to_json(application.losses)},
                   {"left", to_json(application.left)},
                   {"confirmed", application.confirmed}};
  if (const auto& applied = application.outcome.applied)
    for (auto& member : to_json(*applied)) out[member.key()] = std::move(member.value());
  out["failures"] = to_json(application.failures());
  return out;
}

}  // namespace dirbridge::operate
