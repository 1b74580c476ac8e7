#include "directory/change.hpp"

namespace dirbridge::directory {

const Dn& target(const Change& change) {
  return std::visit([](const auto& operation) -> const Dn& { return operation.dn; }, change.operation);
}

const Filter* condition(const Change& change) {
  const auto of = [](const std::optional<Filter>& only_if) { return only_if ? &*only_if : nullptr; };
  if (const auto* modify = std::get_if<Modify>(&change.operation)) return of(modify->only_if);
  if (const auto* removal = std::get_if<Delete>(&change.operation)) return of(removal->only_if);
  return nullptr;
}

std::string_view verb(const Change& change) {
  static constexpr std::string_view verbs[] = {"add", "modify", "rename", "delete"};
  return verbs[change.operation.index()];
}

}  // namespace dirbridge::directory
