#pragma once
// Reading the resources of one type and one connection. Thread-safe; blocks the caller until done or until
// the deadline.
//
// Resources are canonical JSON (scim/resource.hpp) with `id` and `meta` (without location). Errors: NotFound;
// Unavailable, Timeout.
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "provision/members/stream.hpp"
#include "provision/query/query.hpp"

namespace dirbridge::provision {

struct Opened {
  json::object resource;
  std::unique_ptr<MemberStream> members{};  // of a large group; null: the resource is whole
};

class Reader {
 public:
  virtual ~Reader() = default;
  virtual const scim::ResourceType& type() const = 0;
  virtual Result<json::object> find(std::string_view id, Members members, Deadline deadline) = 0;
  // As find(), but a group with more than most_members_at_once comes without members: they follow.
  virtual Result<Opened> open(std::string_view id, Members members, Deadline deadline);
  // TooMany: the query would have to look at more entries than is bearable, or takes too long, or the
  // directory cut it short.
  virtual Result<Selected> select(const Query& query, Age age, Deadline deadline) = 0;
  // The resources with these ids, in this order; those that are gone are left out.
  virtual Result<std::vector<json::object>> load(std::span<const UuidBytes> ids, Selected& selected,
                                                 Members members, Deadline deadline) = 0;
  // One page of this type alone: see paging.hpp.
  Result<Page> list(const Query& query, Deadline deadline);
};

}  // namespace dirbridge::provision
