#pragma once
// Looking at many entries within bounds: how many (SIZE_MAX: any number), and how long. A query that needs
// more is refused as TooMany, with what to do instead, and never stalls its caller. Used by one thread.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "provision/query/query.hpp"

namespace dirbridge::provision {

class Scan {
 public:
  // It gives up a little before `deadline`, so that the refusal is still heard.
  Scan(std::size_t most, Deadline deadline);

  Deadline deadline() const { return deadline_; }

  // One more entry. TooMany beyond the bounds.
  Result<> count();
  // A sink that counts and stops at the first error; outcome() tells of it.
  using Look = std::function<Result<>(const directory::Entry&)>;
  directory::Directory::Sink each(Look look);
  // How it ended. Running out of time after something was seen is TooMany: repeating the query would not
  // help.
  Result<> outcome(const Result<>& search) const;

 private:
  std::size_t most_;
  Deadline deadline_;
  std::size_t seen_ = 0;
  std::optional<Error> failure_;
};

// Where the sort key of an entry comes from: a searchable copy when there is one, else the whole resource.
class SortReader {
 public:
  explicit SortReader(const scim::Sort& sort);
  bool needs_resource() const { return needs_resource_; }
  // To read of an entry for key(), dirbridgeId included. Only without needs_resource().
  std::vector<std::string> attributes() const;
  std::string key(const directory::Entry& entry) const;

 private:
  const scim::Sort& sort_;
  std::string copy_;  // attribute with the searchable copy; empty: none is needed
  bool needs_resource_ = false;
};

// The resource of an entry; nullopt when it holds none. A damaged one is an error: a listing without it would
// look as if it were gone.
Result<std::optional<json::object>> read_resource(const directory::Entry& entry,
                                                  const scim::ResourceType& type);

}  // namespace dirbridge::provision
