#include "sync/renamed_values.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dirbridge::sync {

namespace {

using directory::Attributes;
using directory::Modification;
using directory::Rdn;
using Values = std::vector<std::string>;

const std::string* value_in(const Rdn& name, std::string_view attribute) {
  for (const auto& [type, value] : name.pairs())
    if (iequals(type, attribute)) return &value;
  return nullptr;
}

Values::iterator find_in(Values& values, const std::string& value) {
  const auto exact = std::find(values.begin(), values.end(), value);
  if (exact != values.end()) return exact;
  const auto wanted = fold_case(value);
  return std::find_if(values.begin(), values.end(),
                      [&](const auto& other) { return fold_case(other) == wanted; });
}

}  // namespace

bool names(const Rdn& from, const Rdn& to, std::string_view attribute) {
  return value_in(from, attribute) || value_in(to, attribute);
}

Attributes after_rename(Attributes today, const Rdn& from, const Rdn& to) {
  for (const auto& [attribute, value] : from.pairs()) {
    auto values = today.values(attribute);
    if (const auto old = find_in(values, value); old != values.end()) values.erase(old);
    today.set(attribute, std::move(values));
  }
  for (const auto& [attribute, value] : to.pairs()) {
    auto values = today.values(attribute);
    if (find_in(values, value) == values.end()) today.add(attribute, value);
  }
  return today;
}

std::vector<Modification> put_in_order(const std::string& attribute, const Attributes& today, const Rdn& from,
                                       const Rdn& to) {
  const auto* old_name = value_in(from, attribute);
  if (!old_name || !value_in(to, attribute)) return {};
  auto values = today.values(attribute);
  const auto old = find_in(values, *old_name);
  if (old == values.end() || old + 1 == values.end()) return {};
  const Values behind(old + 1, values.end());
  return {{Modification::Op::Delete, attribute, behind}, {Modification::Op::Add, attribute, behind}};
}

}  // namespace dirbridge::sync
