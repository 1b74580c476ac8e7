#include "provision/doors/reader.hpp"

#include "provision/doors/paging.hpp"

namespace dirbridge::provision {

Result<Opened> Reader::open(std::string_view id, Members members, Deadline deadline) {
  auto found = find(id, members, deadline);
  if (!found) return found.error();
  return Opened{std::move(*found)};
}

Result<Page> Reader::list(const Query& query, Deadline deadline) {
  const Part part{*this, query};
  return page_of({&part, 1}, deadline);
}

}  // namespace dirbridge::provision
