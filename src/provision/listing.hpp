#pragma once
// Lists with true totals and one stable order: by id, and ids sort by creation. A filter is narrowed to what
// the directory has indexed and evaluated exactly on what comes back. Paging through a large result reads the
// ids once and keeps them (16 bytes each) for a while, so that a crawl costs one pass, not one per page.
// Thread-safe.
#include <array>
#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provision/resources.hpp"

namespace dirbridge::provision {

class Candidates;

class Listing {
 public:
  struct Source {
    directory::Dn base;
    std::string object_class;             // auxiliary class of the type's entries
    std::vector<std::string> attributes;  // to read of a resource that is shown
    const scim::ResourceType* type;
  };
  explicit Listing(Source source);

  // Groups come without members. TooMany when the directory cut the listing short: a partial list is no list.
  Result<Page> list(const Context& context, const Query& query, Deadline deadline);

 private:
  using Id = std::array<unsigned char, 16>;
  struct Snapshot {
    std::string filter_text;
    std::vector<Id> ids;
    std::chrono::steady_clock::time_point taken;
  };
  static Id pack(std::string_view uuid);
  static std::string unpack(const Id& id);

  Result<std::optional<Page>> few(const Context& context, const Query& query, const Candidates& candidates,
                                  Deadline deadline);
  Result<std::pair<Page, bool>> page_of(const Context& context, const Snapshot& snapshot, const Query& query,
                                        Deadline deadline);
  Result<std::shared_ptr<const Snapshot>> take_snapshot(const Context& context, const Query& query,
                                                        const Candidates& candidates, Deadline deadline);
  Result<> keep_matching(const Context& context, Snapshot& snapshot, const Candidates& candidates,
                         Deadline deadline);
  std::shared_ptr<const Snapshot> kept(const Query& query);
  void keep(std::shared_ptr<const Snapshot> snapshot);

  const Source source_;
  std::mutex mutex_;
  std::list<std::shared_ptr<const Snapshot>> kept_;  // most recent first
};

}  // namespace dirbridge::provision
