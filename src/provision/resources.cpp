#include "provision/resources.hpp"

namespace dirbridge::provision {

Result<Opened> Resources::open(std::string_view id, Members members, Deadline deadline) {
  auto found = find(id, members, deadline);
  if (!found) return found.error();
  return Opened{std::move(*found)};
}

Error nothing_waits(std::string_view id) {
  return error(ErrorKind::NotFound, "nothing about " + std::string(id) + " waits for a decision", "id");
}

}  // namespace dirbridge::provision
