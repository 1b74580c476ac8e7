#pragma once
// What a query selects among the entries of one type, and their reading. A filter is narrowed to what the
// directory has indexed and evaluated exactly on what comes back. Paging through a large result reads it once
// and keeps ids and sort keys for a while, so that a crawl costs one pass, not one per page. Who moves from
// one base to another meanwhile is neither missed nor found twice. Thread-safe.
#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "mapping/record.hpp"
#include "provision/query/query.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

class Candidates;

class Listing {
 public:
  struct Source {
    std::vector<directory::Dn> bases;     // the likeliest first
    std::string object_class;             // auxiliary class of the type's entries
    std::vector<std::string> attributes;  // to read of a resource that is shown
    const scim::ResourceType* type;
  };
  explicit Listing(Source source);

  // As Reader::select. What is read on the way comes without members.
  Result<Selected> select(const Context& context, const Query& query, Age age, Deadline deadline);

  // The entries with these ids, in this order, without those that are gone.
  Result<std::vector<Loaded>> load(const Context& context, std::span<const UuidBytes> ids,
                                   const std::vector<std::string>& attributes, Deadline deadline) const;

 private:
  struct Snapshot {
    std::string query;
    std::shared_ptr<const Selection> order;
    std::chrono::steady_clock::time_point taken;
  };

  Result<> search(const Context& context, const directory::SearchRequest& request, Deadline deadline,
                  const directory::Directory::Sink& sink) const;
  Result<Selected> select_from(const Context& context, const Query& query, Age age,
                               const Candidates& candidates, Deadline deadline);
  Result<std::optional<Selected>> few(const Context& context, const Query& query,
                                      const Candidates& candidates, Deadline deadline) const;
  // What one of the entries that `filter` has found says, when it matches. Where the members of a group are
  // needed, these are read now, of this one alone.
  Result<std::optional<Selected::Read>> found(const Context& context, directory::Entry entry,
                                              const directory::Filter& filter, const Candidates& candidates,
                                              Deadline deadline) const;
  // One that matches, wherever it is now.
  Result<std::optional<Selected::Read>> one(const Context& context, const std::string& id,
                                            const Candidates& candidates, Deadline deadline) const;
  Result<Selection> all(const Context& context, const Query& query, const Candidates& candidates,
                        Deadline deadline) const;
  Result<Selection> evaluated_singly(const Context& context, const Query& query, const Selection& ids,
                                     const Candidates& candidates, Deadline deadline) const;
  std::shared_ptr<const Selection> kept(const Query& query);
  void keep(const Query& query, std::shared_ptr<const Selection> order);

  const Source source_;
  std::mutex mutex_;
  std::list<Snapshot> kept_;  // most recent first
};

}  // namespace dirbridge::provision
