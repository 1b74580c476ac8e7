#pragma once
// The operations on the resources of one type and one connection: what SCIM requests ask for and what a
// pulled listing turns into. Every call is one unit: it succeeds when the directory has accepted all of it,
// and may be repeated. Thread-safe; blocks the caller until done or until the deadline.
//
// Resources come and go as canonical JSON (scim/resource.hpp) with `id` and `meta` (without location).
// Errors: those of scim/ for content; NotFound; Uniqueness (the name is taken); PreconditionFailed (an entity
// tag); Busy, Unavailable, Timeout, OutcomeUnknown (nothing is acknowledged: repeat the request).
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "provision/members/stream.hpp"
#include "provision/precondition.hpp"
#include "provision/query/query.hpp"

namespace dirbridge::provision {

struct Patched {
  json::object resource;
  bool whole = true;  // false: members were left out
};

struct Opened {
  json::object resource;
  std::unique_ptr<MemberStream> members{};  // of a large group; null: the resource is whole
};

// As if the resource had not been created: what was new is gone, what was there before is as it was. It asks
// no budget. May be called once the creation has returned, from any thread, while the Resources live.
using Undo = std::function<Result<>(Deadline)>;

struct Created {
  json::object resource;
  Undo undo;
};

class Resources {
 public:
  virtual ~Resources() = default;
  virtual const scim::ResourceType& type() const = 0;
  virtual Result<json::object> create(json::value body, Deadline deadline) = 0;
  // The same for a caller who may have to take it back; dearer.
  virtual Result<Created> create_undoably(json::value body, Deadline deadline) = 0;
  virtual Result<json::object> find(std::string_view id, Members members, Deadline deadline) = 0;
  // As find(), but a group with more than most_members_at_once comes without members: they follow.
  virtual Result<Opened> open(std::string_view id, Members members, Deadline deadline);
  virtual Result<Opened> replace(std::string_view id, json::value body, const Precondition& precondition,
                                 Deadline deadline) = 0;
  virtual Result<Patched> patch(std::string_view id, json::value body, const Precondition& precondition,
                                Members members, Deadline deadline) = 0;
  virtual Result<> remove(std::string_view id, const Precondition& precondition, Deadline deadline) = 0;
  // A removal of this resource that waits for an administrator: it is made, or it is made never. NotFound
  // when none waits; PreconditionFailed when the resource changed meanwhile.
  virtual Result<> approve(std::string_view id, Deadline deadline) = 0;
  virtual Result<> reject(std::string_view id, Deadline deadline) = 0;
  // Brings what the directory shows of the resource to what the rules say today; true when that took a write.
  virtual Result<bool> converge(std::string_view id, Deadline deadline) = 0;
  // TooMany: the query would have to look at more entries than is bearable, or takes too long, or the
  // directory cut it short.
  virtual Result<Selected> select(const Query& query, Age age, Deadline deadline) = 0;
  // The resources with these ids, in this order; those that are gone are left out.
  virtual Result<std::vector<json::object>> load(std::span<const UuidBytes> ids, Selected& selected,
                                                 Members members, Deadline deadline) = 0;
  // One page of this type alone: see paging.hpp.
  Result<Page> list(const Query& query, Deadline deadline);
};

std::unique_ptr<Resources> make_users(const Context& context);
std::unique_ptr<Resources> make_groups(const Context& context);

}  // namespace dirbridge::provision
