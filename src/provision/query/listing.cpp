#include "provision/query/listing.hpp"

#include <algorithm>

#include "directory/vocabulary.hpp"
#include "provision/members/resolve.hpp"
#include "provision/query/candidates.hpp"
#include "provision/query/scan.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Filter;

constexpr std::size_t most_at_once = 1000;  // matches of a narrowed filter that are kept as whole resources
// A server tests each entry it finds against every id of the search: few ids each, many searches in flight.
constexpr std::size_t ids_per_search = 16;
constexpr std::size_t most_snapshots = 4;
constexpr std::chrono::seconds snapshot_life{60};
constexpr int most_looks = 5;  // at members who move all the time, before they are held

std::string identity(const Query& query) {
  return query.filter_text + '\n' + query.sort_text;
}

// Who has moved since then; Busy when nobody can tell any more.
Result<std::vector<UuidBytes>> moved_since(const Context& context, std::uint64_t moment) {
  const auto ids = context.reconciler.moves().since(moment);
  if (!ids) return error(ErrorKind::Busy, "too many entries move at this moment for a complete answer");
  std::vector<UuidBytes> out;
  for (const auto& id : *ids) out.push_back(pack_uuid(id));
  return out;
}

std::vector<directory::SearchRequest> searches_for(std::span<const UuidBytes> ids, const directory::Dn& base,
                                                   const Filter& type,
                                                   const std::vector<std::string>& attributes) {
  std::vector<directory::SearchRequest> out;
  for (std::size_t at = 0; at < ids.size(); at += ids_per_search) {
    std::vector<Filter> any;
    for (const auto& id : ids.subspan(at, std::min(ids_per_search, ids.size() - at)))
      any.push_back(Filter::equal(attr::id, unpack_uuid(id)));
    out.push_back({base, directory::Scope::Subtree, Filter::all_of({Filter::any_of(std::move(any)), type}),
                   attributes, 0});
  }
  return out;
}

}  // namespace

Listing::Listing(Source source) : source_(std::move(source)) {}

Result<Selected> Listing::select(const Context& context, const Query& query, Age age, Deadline deadline) {
  std::optional<LockedMembers> held;
  for (int look = 1;; ++look) {
    const auto moment = context.reconciler.moves().now();
    auto candidates = Candidates::make(context, *source_.type, query.filter, deadline);
    if (!candidates) return candidates.error();
    auto out = select_from(context, query, age, *candidates, deadline);
    const auto moved = context.reconciler.moves().since(moment);
    if (!out || held || !moved || !candidates->ask_about(*moved)) return out;
    if (look < most_looks) continue;
    auto locked = lock_and_resolve(context, {}, candidates->members_asked(), deadline);
    if (!locked) return locked.error();
    held.emplace(std::move(*locked));
  }
}

Result<Selected> Listing::select_from(const Context& context, const Query& query, Age age,
                                      const Candidates& candidates, Deadline deadline) {
  if (candidates.narrowed()) {
    auto selected = few(context, query, candidates, deadline);
    if (!selected) return selected.error();
    if (*selected) return std::move(**selected);
  }
  const bool later_page = query.start_index > 1 || query.place;
  if (age == Age::Kept && later_page)
    if (auto order = kept(query)) return Selected{std::move(order)};
  auto fresh = all(context, query, candidates, deadline);
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
  const auto moment = context.reconciler.moves().now();
  const auto filter = Filter::all_of({*candidates.narrowed(), of_type(context, *source_.type)});
  std::vector<directory::SearchRequest> searches;
  for (const auto& base : source_.bases)
    searches.push_back({base, directory::Scope::Subtree, filter, source_.attributes, 0});
  auto done = context.directory.search_each(searches, deadline, [&](directory::Entry&& entry) {
    entries.push_back(std::move(entry));
    return entries.size() <= most_at_once;
  });
  if (!done) return done.error();
  if (entries.size() > most_at_once) return std::optional<Selected>();
  Selected out;
  std::vector<UuidBytes> twice;
  Scan scan(candidates.needs_members() ? context.most_evaluated : SIZE_MAX, deadline);
  for (auto& entry : entries) {
    auto match = found(context, std::move(entry), filter, candidates, scan.deadline());
    if (auto seen = scan.outcome(match ? scan.count() : Result<>(match.error())); !seen) return seen.error();
    if (!*match) continue;
    const auto id = pack_uuid((*match)->resource.at("id").get_string());
    if (!out.read.emplace(id, std::move(**match)).second) twice.push_back(id);
  }
  auto unclear = moved_since(context, moment);
  if (!unclear) return unclear.error();
  unclear->insert(unclear->end(), twice.begin(), twice.end());
  for (const auto& id : *unclear) {
    auto now = one(context, unpack_uuid(id), candidates, deadline);
    if (!now) return now.error();
    out.read.erase(id);
    if (*now) out.read.emplace(id, std::move(**now));
  }
  Selection order(query.sort.descending);
  for (const auto& [id, read] : out.read) order.add(id, scim::sort_key(query.sort, read.resource));
  order.sort();
  out.order = std::make_shared<const Selection>(std::move(order));
  return std::optional(std::move(out));
}

Result<std::optional<Selected::Read>> Listing::found(const Context& context, directory::Entry entry,
                                                     const Filter& filter, const Candidates& candidates,
                                                     Deadline deadline) const {
  if (candidates.needs_members()) {
    const std::string id(entry.attributes.first(attr::id));
    auto whole = directory::search(
        context.directory,
        {entry.dn, directory::Scope::Base, filter, candidates.attributes(source_.attributes), 0}, deadline);
    if (!whole && whole.error().kind != ErrorKind::NotFound) return whole.error();
    if (!whole || whole->empty()) return one(context, id, candidates, deadline);
    entry = std::move(whole->front());
  }
  auto resource = candidates.match_found(context, entry, *source_.type, deadline);
  if (!resource) return resource.error();
  if (!*resource) return std::optional<Selected::Read>();
  return std::optional(Selected::Read{std::move(**resource), std::move(entry.dn)});
}

Result<std::optional<Selected::Read>> Listing::one(const Context& context, const std::string& id,
                                                   const Candidates& candidates, Deadline deadline) const {
  auto entry = find_entry(context, *source_.type, id, candidates.attributes(source_.attributes), deadline);
  if (!entry && entry.error().kind == ErrorKind::NotFound) return std::optional<Selected::Read>();
  if (!entry) return entry.error();
  auto resource = candidates.match(context, *entry, *source_.type, deadline);
  if (!resource) return resource.error();
  if (!*resource) return std::optional<Selected::Read>();
  return std::optional(Selected::Read{std::move(**resource), std::move(entry->dn)});
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
                                      Filter::equal(attr::connection, context.rules.connection),
                                      of_type(context, *source_.type)});
  const bool evaluate = query.filter && !candidates.needs_members();
  const SortReader keys(query.sort);
  std::vector<std::string> attributes = source_.attributes;
  if (!evaluate && !keys.needs_resource()) attributes = keys.attributes();
  Selection out(query.sort.descending);
  const auto moment = context.reconciler.moves().now();
  Scan scan(evaluate || keys.needs_resource() ? context.most_evaluated : SIZE_MAX, deadline);
  auto done = search(context, {{}, directory::Scope::Subtree, filter, attributes, directory::usual_page_size},
                     scan.deadline(), scan.each([&](const directory::Entry& entry) -> Result<> {
                       if (!evaluate && !keys.needs_resource()) {
                         out.add(pack_uuid(entry.attributes.first(attr::id)), keys.key(entry));
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
  if (auto whole = scan.outcome(done); !whole) return whole.error();
  const auto moved = moved_since(context, moment);
  if (!moved) return moved.error();
  out.remove(*moved);
  for (const auto& id : *moved) {
    auto now = one(context, unpack_uuid(id), candidates, deadline);
    if (!now) return now.error();
    if (*now) out.add(id, scim::sort_key(query.sort, (*now)->resource));
  }
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

Result<std::vector<Loaded>> Listing::load(const Context& context, std::span<const UuidBytes> ids,
                                          const std::vector<std::string>& attributes,
                                          Deadline deadline) const {
  std::unordered_map<UuidBytes, std::size_t, Selected::Hash> places;
  for (std::size_t i = 0; i < ids.size(); ++i) places.emplace(ids[i], i);
  std::vector<std::optional<Loaded>> found(ids.size());
  std::optional<Error> failure;
  const auto moment = context.reconciler.moves().now();
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
    if (!done) return done.error();
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (found[i] || !context.reconciler.moves().moved_since(moment, unpack_uuid(ids[i]))) continue;
    auto entry = find_entry(context, *source_.type, unpack_uuid(ids[i]), attributes, deadline);
    if (entry) sink(std::move(*entry));
    if (failure) return *failure;
    if (!entry && entry.error().kind != ErrorKind::NotFound) return entry.error();
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
