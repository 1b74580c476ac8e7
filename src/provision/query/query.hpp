#pragma once
// What is asked of the resources of one type: which of them, in what order, and which page of them.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "provision/context.hpp"
#include "provision/members/counts.hpp"
#include "provision/query/selection.hpp"
#include "scim/filter.hpp"
#include "scim/sort.hpp"

namespace dirbridge::provision {

// Memberships - a group's members, a user's groups - can be dear to load: say whether the answer needs them.
enum class Members {
  Load,
  LoadNamed,  // with members.display
  Leave,
  LoadFew,  // PATCH of a group: load them unless the group is known to have more than most_few_members
};

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

}  // namespace dirbridge::provision
