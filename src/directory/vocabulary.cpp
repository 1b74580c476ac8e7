#include "directory/vocabulary.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dirbridge::directory {

namespace {

constexpr std::string_view prefix = "dirbridge";

template <class Condition>
std::vector<std::string> names_where(const Condition& condition) {
  std::vector<std::string> out;
  for (const auto& own : own_attributes)
    if (condition(own)) out.emplace_back(own.name);
  return out;
}

}  // namespace

const OwnAttribute* own_attribute(std::string_view name) {
  if (!istarts_with(name, prefix)) return nullptr;
  const auto at = std::find_if(own_attributes.begin(), own_attributes.end(),
                               [&](const OwnAttribute& own) { return iequals(own.name, name); });
  return at == own_attributes.end() ? nullptr : &*at;
}

bool has_matching(std::string_view name, Matching matching) {
  const auto* own = own_attribute(name);
  return own && own->matching == matching;
}

std::vector<std::string> own_attributes_of(Carrier carrier) {
  return names_where([&](const OwnAttribute& own) { return (own.carriers & carrier) != 0; });
}

std::vector<std::string> own_attributes_with(Index index) {
  return names_where([&](const OwnAttribute& own) { return own.index == index; });
}

std::vector<std::string> own_attributes_for_the_bridge_alone() {
  return names_where([](const OwnAttribute& own) { return !own.readable_by_products; });
}

}  // namespace dirbridge::directory
