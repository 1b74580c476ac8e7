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
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "provision/context.hpp"
#include "provision/member_stream.hpp"
#include "provision/selection.hpp"
#include "scim/filter.hpp"
#include "scim/sort.hpp"

namespace dirbridge::provision {

namespace json = boost::json;

// Entity tags (RFC 9110 13.1), each a comma list or "*" (any); empty: no condition. Weak and strong tags
// compare alike: SCIM has weak ones only (RFC 7644 3.14).
struct Precondition {
  std::string version{};      // If-Match
  std::string not_version{};  // If-None-Match
  bool empty() const { return version.empty() && not_version.empty(); }
};

// Does the list name this version?
bool names_version(std::string_view tags, std::string_view version);

// Memberships - a group's members, a user's groups - can be dear to load: say whether the answer needs them.
enum class Members {
  Load,
  LoadNamed,  // with members.display
  Leave,
  LoadFew,  // PATCH of a group: load them unless the group is known to have more than most_few_members
};
inline constexpr std::size_t most_few_members = 100;
inline constexpr std::size_t most_members_at_once = 200;

// A place in an order, beside a resource that need not be there any more.
struct Place {
  enum class Side { After, Before };
  std::string key;  // of the resource, by Query::sort
  std::string id;
  Side side = Side::After;
};

struct Query {
  std::optional<scim::Filter> filter;
  std::string filter_text;  // as the client sent it
  scim::Sort sort;
  std::string sort_text;          // with filter_text the identity of a listing that is paged through
  std::uint64_t start_index = 1;  // from 1
  std::uint64_t count = 100;      // at most this many resources
  std::optional<Place> place{};   // where the page is, instead of start_index
  Members members = Members::Load;
};

struct Page {
  std::vector<json::object> resources;
  std::uint64_t total = 0;          // all matches
  std::optional<Place> next{};      // absent on the last page
  std::optional<Place> previous{};  // absent on the first page
};

// How old a selection may be: one that is kept for a crawl serves its later pages.
enum class Age { Kept, Fresh };

// All matches of a query in order; those that were read whole on the way are kept for load().
struct Selected {
  struct Read {
    json::object resource;
    directory::Dn dn;
  };
  struct Hash {
    std::size_t operator()(const UuidBytes& id) const {
      return std::hash<std::string_view>()({reinterpret_cast<const char*>(id.data()), id.size()});
    }
  };
  std::shared_ptr<const Selection> order;
  std::unordered_map<UuidBytes, Read, Hash> read{};
};

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

// NotFound: nobody has to decide on anything about this resource.
Error nothing_waits(std::string_view id);

std::unique_ptr<Resources> make_users(const Context& context);
std::unique_ptr<Resources> make_groups(const Context& context);

}  // namespace dirbridge::provision
