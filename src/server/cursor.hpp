#pragma once
// Paging cursors (RFC 9865): a place in the order of one query, sealed, so that a client can neither read nor
// make one. They hold all that is needed: any instance of the bridge continues where another one stopped, and
// a restart does no harm. A cursor gives no rights: each page is authorised anew.
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "provision/doors/resources.hpp"
#include "provision/store/shared_key.hpp"

namespace dirbridge::server {

struct Cursor {
  provision::Place place;
  std::uint64_t count = 0;  // of the query: pages of one crawl have one size
  WallTime issued;
};

inline constexpr std::size_t max_cursor_bytes = 1024;
inline constexpr std::chrono::seconds cursor_timeout{3600};

// `query` is the identity of what is paged through. The text has only unreserved characters (RFC 3986 2.3).
std::string seal_cursor(const Secret& key, const Cursor& cursor, std::string_view query);
// nullopt: no cursor of this key and this query.
std::optional<Cursor> unseal_cursor(const Secret& key, std::string_view text, std::string_view query);

// The cursors of one connection. Thread-safe.
class Cursors {
 public:
  Cursors(std::unique_ptr<provision::SharedKey> keys, const Clock& clock)
      : keys_(std::move(keys)), clock_(clock) {}

  Result<std::string> seal(provision::Place place, std::uint64_t count, std::string_view query,
                           Deadline deadline);
  // InvalidCursor: malformed, forged, or of another query, type or connection. ExpiredCursor: older than
  // cursor_timeout. InvalidCount: `count` is not that of the pages before.
  Result<provision::Place> open(std::string_view text, std::uint64_t count, std::string_view query,
                                Deadline deadline);

 private:
  std::optional<Secret> known() const;
  void learn(const Secret& key);

  std::unique_ptr<provision::SharedKey> keys_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::optional<Secret> key_;  // as last seen
};

}  // namespace dirbridge::server
