#include "directory/change.hpp"

namespace dirbridge::directory {

const Dn& target(const Change& change) {
  return std::visit([](const auto& operation) -> const Dn& { return operation.dn; }, change.operation);
}

std::string_view verb(const Change& change) {
  static constexpr std::string_view verbs[] = {"add", "modify", "rename", "delete"};
  return verbs[change.operation.index()];
}

}  // namespace dirbridge::directory
