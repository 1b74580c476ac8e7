#pragma once
// Directory: the one seam to LDAP. ldap/ implements it over libldap, MemoryDirectory in memory; tests put
// their own in between, to count or to hold up what passes. All calls block the calling thread until done or
// until the deadline; implementations are thread-safe.
//
// Errors (the same for every implementation):
// - NotFound: no entry at the DN of a change or of a search with Scope::Base
// - MissingBase: what a wider search was to look below, or an Add was to lie below, is not there; this says
//   nothing about the entries (design rule 9). A Rename below a missing superior is NotFound or MissingBase
// - Uniqueness: an entry with that DN exists (add, rename)
// - ValueExists: two values of one attribute are the same to its matching rule: of the change, or of the
//   change and the entry (modify, not permissive)
// - PreconditionFailed: only_if of the change did not hold
// - Refused: a value's syntax or a constraint on it; Denied: access, read-only, schema, place, or a strict
//   delete of what is not there. Nothing was changed; the field has the name of the LDAP result code
//   ("objectClassViolation", "noSuchAttribute")
// - TooMany: the server cut a search short (size limit): what was delivered is incomplete
// - Busy, Unavailable, Timeout: nothing is known to have changed; worth a retry, but for called_off()
// - OutcomeUnknown: a write was sent and its answer never came: read back before answering or retrying
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "directory/change.hpp"

namespace dirbridge::directory {

enum class Scope { Base, OneLevel, Subtree };

struct SearchRequest {
  Dn base;
  Scope scope = Scope::Subtree;
  Filter filter = Filter::everything();
  std::vector<std::string> attributes;  // empty: all user attributes; {"1.1"}: none. Operational ones by name
  std::size_t page_size = 0;            // > 0: paged (RFC 2696); for results that may be large
};

// Entries of a page, where many are read.
constexpr std::size_t usual_page_size = 1'000;

// The entry at a DN, whatever it is.
SearchRequest at(Dn dn, std::vector<std::string> attributes);

// What a server offers and how it is, read once from its root DSE and subschema.
struct Capabilities {
  bool assertion = false;          // RFC 4528
  bool post_read = false;          // RFC 4527
  bool permissive_modify = false;  // 1.2.840.113556.1.4.1413
  bool paged_results = false;      // RFC 2696
  bool hides_bases = false;        // a search below a base that may not be seen succeeds, and finds nothing
  std::string vendor;
};

class Directory {
 public:
  virtual ~Directory() = default;

  // Calls `sink` for each entry in the server's order while the answer arrives; false from the sink ends the
  // search early, which is success.
  using Sink = std::function<bool(Entry&&)>;
  virtual Result<> search(const SearchRequest& request, Deadline deadline, const Sink& sink) = 0;

  // Runs independent searches at once (pipelined); one result each, in order. For small results.
  virtual std::vector<Result<std::vector<Entry>>> search_all(std::span<const SearchRequest> requests,
                                                             Deadline deadline) = 0;

  // The same with the entries of all of them going to `sink` as they arrive, in any order: the caller works
  // on one while the server makes the next. The first search that fails gives the error.
  virtual Result<> search_each(std::span<const SearchRequest> requests, Deadline deadline,
                               const Sink& sink) = 0;

  // Applies one change. With `read_back` not empty, the answer carries those attributes of the entry as they
  // are after the change (RFC 4527, or a read where the server has no such control); nullopt after a delete.
  virtual Result<std::optional<Entry>> apply(const Change& change, const std::vector<std::string>& read_back,
                                             Deadline deadline) = 0;

  // Applies independent changes at once (pipelined, executed in any order); one result each, in order.
  virtual std::vector<Result<>> apply_all(std::span<const Change> changes, Deadline deadline) = 0;

  // A change and searches that are independent of it, all in flight together: saves a round trip.
  struct Mixed {
    Result<std::optional<Entry>> change;
    std::vector<Result<std::vector<Entry>>> searches;
  };
  virtual Mixed apply_and_search(const Change& change, const std::vector<std::string>& read_back,
                                 std::span<const SearchRequest> searches, Deadline deadline) = 0;

  virtual Result<Capabilities> capabilities(Deadline deadline) = 0;

  // The change in the words of the server behind, as far as they are known: for what tells of it.
  virtual Change as_sent(const Change& change) const { return change; }
};

// MissingBase, in the words that everybody reads.
Error missing_base(const Dn& base);

// Unavailable for good: nothing more is asked of the directory, as the process ends.
Error called_off();
bool is_called_off(const Error& error);

// MissingBase, when one of these entries is not there or cannot be seen. One round trip.
Result<> check_bases(Directory& directory, std::span<const Dn> bases, Deadline deadline);

// The entry at `dn`, or nullopt when there is none.
Result<std::optional<Entry>> read(Directory& directory, const Dn& dn, std::vector<std::string> attributes,
                                  Deadline deadline);

// All entries of a search that is known to be small.
Result<std::vector<Entry>> search(Directory& directory, const SearchRequest& request, Deadline deadline);

}  // namespace dirbridge::directory
