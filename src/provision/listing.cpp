#include "provision/listing.hpp"

#include <algorithm>

#include "provision/candidates.hpp"
#include "provision/scan.hpp"
#include "provision/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Filter;

constexpr std::size_t page_size = 1000;     // of the directory's own paging
constexpr std::size_t most_at_once = 1000;  // matches of a narrowed filter that are kept as whole resources
// A server tests each entry it finds against every id of the search: few ids each, many searches in flight.
constexpr std::size_t ids_per_search = 16;
constexpr std::size_t most_snapshots = 4;
constexpr std::chrono::seconds snapshot_life{60};

std::string identity(const Query& query) {
  return query.filter_text + '\n' + query.sort_text;
}

std::vector<directory::SearchRequest> searches_for(std::span<const UuidBytes> ids, const directory::Dn& base,
                                                   const Filter& type,
                                                   const std::vector<std::string>& attributes) {
  std::vector<directory::SearchRequest> out;
  for (std::size_t at = 0; at < ids.size(); at += ids_per_search) {
    std::vector<Filter> any;
    for (const auto& id : ids.subspan(at, std::min(ids_per_search, ids.size() - at)))
      any.push_back(Filter::equal("dirbridgeId", unpack_uuid(id)));
    out.push_back({base, directory::Scope::Subtree, Filter::all_of({Filter::any_of(std::move(any)), type}),
                   attributes, 0});
  }
  return out;
}

}  // namespace

Listing::Listing(Source source) : source_(std::move(source)) {}

Result<Selected> Listing::select(const Context& context, const Query& query, Age age, Deadline deadline) {
  auto candidates = Candidates::make(context, *source_.type, query.filter, deadline);
  if (!candidates) return candidates.error();
  if (candidates->narrowed()) {
    auto selected = few(context, query, *candidates, deadline);
    if (!selected) return selected.error();
    if (*selected) return std::move(**selected);
  }
  const bool later_page = query.start_index > 1 || query.place;
  if (age == Age::Kept && later_page)
    if (auto order = kept(query)) return Selected{std::move(order)};
  auto fresh = all(context, query, *candidates, deadline);
  if (!fresh) return fresh.error();
  auto order = std::make_shared<const Selection>(std::move(*fresh));
  if (order->size() > query.count) keep(query, order);
  return Selected{std::move(order)};
}

// A narrowed filter nearly always matches a handful: one search gives all of it. nullopt: they are too many
// for that.
Result<std::optional<Selected>> Listing::few(const Context& context, const Query& query,
                                             const Candidates& candidates, Deadline deadline) const {
  std::vector<directory::Entry> entries;
  const auto filter = Filter::all_of({*candidates.narrowed(), of_type(context, *source_.type)});
  std::vector<directory::SearchRequest> searches;
  for (const auto& base : source_.bases)
    searches.push_back(
        {base, directory::Scope::Subtree, filter, candidates.attributes(source_.attributes), 0});
  auto done = context.directory.search_each(searches, deadline, [&](directory::Entry&& entry) {
    entries.push_back(std::move(entry));
    return entries.size() <= most_at_once;
  });
  if (!done)
    return done.error().kind == ErrorKind::NotFound ? missing_base(source_.bases.front()) : done.error();
  if (entries.size() > most_at_once) return std::optional<Selected>();
  Selection order(query.sort.descending);
  Selected out;
  for (auto& entry : entries) {
    auto resource = candidates.match_found(context, entry, *source_.type, deadline);
    if (!resource) return resource.error();
    if (!*resource) continue;
    const auto id = pack_uuid((*resource)->at("id").get_string());
    order.add(id, scim::sort_key(query.sort, **resource));
    out.read.emplace(id, Selected::Read{std::move(**resource), std::move(entry.dn)});
  }
  order.sort();
  out.order = std::make_shared<const Selection>(std::move(order));
  return std::optional(std::move(out));
}

// The search below each base in turn.
Result<> Listing::search(const Context& context, const directory::SearchRequest& request, Deadline deadline,
                         const directory::Directory::Sink& sink) const {
  for (const auto& base : source_.bases) {
    auto below = request;
    below.base = base;
    bool ended = false;
    auto done = context.directory.search(below, deadline, [&](directory::Entry&& entry) {
      ended = !sink(std::move(entry));
      return !ended;
    });
    if (!done || ended) return done;
  }
  return {};
}

// One pass over all entries of the connection.
Result<Selection> Listing::all(const Context& context, const Query& query, const Candidates& candidates,
                               Deadline deadline) const {
  const auto filter = Filter::all_of({Filter::equal("objectClass", source_.object_class),
                                      Filter::equal("dirbridgeConnection", context.rules.connection),
                                      of_type(context, *source_.type)});
  const bool evaluate = query.filter && !candidates.needs_members();
  const SortReader keys(query.sort);
  std::vector<std::string> attributes = source_.attributes;
  if (!evaluate && !keys.needs_resource()) attributes = keys.attributes();
  Selection out(query.sort.descending);
  Scan scan(evaluate || keys.needs_resource() ? context.most_evaluated : SIZE_MAX, deadline);
  auto done = search(context, {{}, directory::Scope::Subtree, filter, attributes, page_size}, scan.deadline(),
                     scan.each([&](const directory::Entry& entry) -> Result<> {
                       if (!evaluate && !keys.needs_resource()) {
                         out.add(pack_uuid(entry.attributes.first("dirbridgeId")), keys.key(entry));
                         return {};
                       }
                       auto resource = evaluate ? candidates.match(context, entry, *source_.type, deadline)
                                                : read_resource(entry, *source_.type);
                       if (!resource) return resource.error();
                       if (*resource)
                         out.add(pack_uuid((*resource)->at("id").get_string()),
                                 scim::sort_key(query.sort, **resource));
                       return {};
                     }));
  if (auto whole = scan.outcome(done); !whole)
    return whole.error().kind == ErrorKind::NotFound ? missing_base(source_.bases.front()) : whole.error();
  if (candidates.needs_members()) return evaluated_singly(context, query, out, candidates, deadline);
  out.sort();
  return out;
}

// A filter that needs whole groups is evaluated one group at a time: memory stays that of the largest.
Result<Selection> Listing::evaluated_singly(const Context& context, const Query& query, const Selection& ids,
                                            const Candidates& candidates, Deadline deadline) const {
  Selection out(query.sort.descending);
  Scan scan(context.most_evaluated, deadline);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto at = ids[i];
    auto entry = find_entry(context, *source_.type, unpack_uuid(at.id),
                            candidates.attributes(source_.attributes), scan.deadline());
    if (!entry && entry.error().kind == ErrorKind::NotFound) continue;
    if (auto seen = scan.outcome(entry ? scan.count() : Result<>(entry.error())); !seen) return seen.error();
    auto resource = candidates.match(context, *entry, *source_.type, scan.deadline());
    if (!resource) return scan.outcome(resource.error()).error();
    if (*resource) out.add(at.id, scim::sort_key(query.sort, **resource));
  }
  out.sort();
  return out;
}

Result<std::vector<Listing::Loaded>> Listing::load(const Context& context, std::span<const UuidBytes> ids,
                                                   const std::vector<std::string>& attributes,
                                                   Deadline deadline) const {
  std::unordered_map<UuidBytes, std::size_t, Selected::Hash> places;
  for (std::size_t i = 0; i < ids.size(); ++i) places.emplace(ids[i], i);
  std::vector<std::optional<Loaded>> found(ids.size());
  std::optional<Error> failure;
  const auto sink = [&](directory::Entry&& entry) {
    auto record = mapping::read_record(entry);
    if (!record && record.error().kind == ErrorKind::NotFound) return true;
    if (!record) {
      failure = record.error();
      return false;
    }
    const auto place = places.find(pack_uuid(record->id));
    if (place != places.end() && record->connection == context.rules.connection)
      found[place->second] = Loaded{std::move(*record), std::move(entry.attributes)};
    return true;
  };
  for (const auto& base : source_.bases) {
    std::vector<UuidBytes> missing;
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (!found[i]) missing.push_back(ids[i]);
    const auto searches = searches_for(missing, base, of_type(context, *source_.type), attributes);
    auto done = context.directory.search_each(searches, deadline, sink);
    if (failure) return *failure;
    if (!done) return done.error().kind == ErrorKind::NotFound ? missing_base(base) : done.error();
  }
  std::vector<Loaded> out;
  out.reserve(ids.size());
  for (auto& one : found)
    if (one) out.push_back(std::move(*one));
  return out;
}

std::shared_ptr<const Selection> Listing::kept(const Query& query) {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  kept_.remove_if([&](const Snapshot& s) { return now - s.taken > snapshot_life; });
  const auto at =
      std::find_if(kept_.begin(), kept_.end(), [&](const Snapshot& s) { return s.query == identity(query); });
  return at == kept_.end() ? nullptr : at->order;
}

void Listing::keep(const Query& query, std::shared_ptr<const Selection> order) {
  const std::lock_guard lock(mutex_);
  kept_.remove_if([&](const Snapshot& s) { return s.query == identity(query); });
  kept_.push_front({identity(query), std::move(order), std::chrono::steady_clock::now()});
  if (kept_.size() > most_snapshots) kept_.pop_back();
}

}  // namespace dirbridge::provision
