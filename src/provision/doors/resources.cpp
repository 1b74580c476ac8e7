#include "provision/doors/resources.hpp"

namespace dirbridge::provision {

Result<Opened> Resources::open(std::string_view id, Members members, Deadline deadline) {
  auto found = find(id, members, deadline);
  if (!found) return found.error();
  return Opened{std::move(*found)};
}

}  // namespace dirbridge::provision
