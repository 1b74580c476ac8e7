#pragma once
// Changing the resources of one type and one connection, as an identity provider asks for it. Every call is
// one unit: it succeeds when the directory has accepted all of it, and may be repeated. Thread-safe; blocks
// the caller until done or until the deadline.
//
// Errors: those of scim/ for content; NotFound; Uniqueness (the name is taken); PreconditionFailed (an entity
// tag); Busy, Unavailable, Timeout, OutcomeUnknown (nothing is acknowledged: repeat the request).
#include <functional>
#include <string_view>

#include "provision/doors/reader.hpp"
#include "provision/precondition.hpp"

namespace dirbridge::provision {

struct Patched {
  json::object resource;
  bool whole = true;  // false: members were left out
};

// As if the resource had not been created: what was new is gone, what was there before is as it was. It asks
// no budget. May be called once the creation has returned, from any thread, while the Writer lives.
using Undo = std::function<Result<>(Deadline)>;

struct Created {
  json::object resource;
  Undo undo;
};

class Writer {
 public:
  virtual ~Writer() = default;
  virtual Result<json::object> create(json::value body, Deadline deadline) = 0;
  // The same for a caller who may have to take it back; dearer.
  virtual Result<Created> create_undoably(json::value body, Deadline deadline) = 0;
  virtual Result<Opened> replace(std::string_view id, json::value body, const Precondition& precondition,
                                 Deadline deadline) = 0;
  virtual Result<Patched> patch(std::string_view id, json::value body, const Precondition& precondition,
                                Members members, Deadline deadline) = 0;
  virtual Result<> remove(std::string_view id, const Precondition& precondition, Deadline deadline) = 0;
};

}  // namespace dirbridge::provision
