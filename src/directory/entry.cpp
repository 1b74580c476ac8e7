#include "directory/entry.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace dirbridge::directory {

void Attributes::set(std::string_view name, std::vector<std::string> values) {
  const auto at =
      std::find_if(list_.begin(), list_.end(), [&](const Attribute& a) { return iequals(a.name, name); });
  if (values.empty()) {
    if (at != list_.end()) list_.erase(at);
  } else if (at != list_.end()) {
    at->values = std::move(values);
  } else {
    list_.push_back({std::string(name), std::move(values)});
  }
}

void Attributes::add(std::string_view name, std::string value) {
  const auto at =
      std::find_if(list_.begin(), list_.end(), [&](const Attribute& a) { return iequals(a.name, name); });
  if (at != list_.end())
    at->values.push_back(std::move(value));
  else
    list_.push_back({std::string(name), {std::move(value)}});
}

const std::vector<std::string>* Attributes::find(std::string_view name) const {
  for (const auto& attribute : list_)
    if (iequals(attribute.name, name)) return &attribute.values;
  return nullptr;
}

const std::vector<std::string>& Attributes::values(std::string_view name) const {
  static const std::vector<std::string> none;
  const auto* found = find(name);
  return found ? *found : none;
}

std::vector<std::string> Attributes::take(std::string_view name) {
  for (auto& attribute : list_)
    if (iequals(attribute.name, name)) return std::exchange(attribute.values, {});
  return {};
}

std::string_view Attributes::first(std::string_view name) const {
  const auto* values = find(name);
  return values && !values->empty() ? std::string_view(values->front()) : std::string_view();
}

bool Attributes::has_value(std::string_view name, std::string_view value) const {
  const auto* values = find(name);
  return values &&
         std::any_of(values->begin(), values->end(), [&](const auto& v) { return iequals(v, value); });
}

}  // namespace dirbridge::directory
