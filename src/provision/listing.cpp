#include "provision/listing.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/text.hpp"
#include "mapping/record.hpp"
#include "provision/candidates.hpp"
#include "provision/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Filter;

constexpr std::size_t page_size = 1000;     // of the directory's own paging
constexpr std::size_t most_at_once = 1000;  // matches of a narrowed filter that are kept as whole resources
constexpr std::size_t ids_per_search = 50;
constexpr std::size_t most_snapshots = 4;
constexpr std::chrono::seconds snapshot_life{60};

int hex_value(char c) {
  return c <= '9' ? c - '0' : c - 'a' + 10;
}

}  // namespace

Listing::Id Listing::pack(std::string_view uuid) {
  Id out{};
  std::size_t nibble = 0;
  for (const char c : uuid) {
    if (c == '-' || nibble == 32) continue;
    out[nibble / 2] = static_cast<unsigned char>(out[nibble / 2] << 4 | hex_value(ascii_lower(c)));
    ++nibble;
  }
  return out;
}

std::string Listing::unpack(const Id& id) {
  std::string text = to_hex({reinterpret_cast<const char*>(id.data()), id.size()});
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

Listing::Listing(Source source) : source_(std::move(source)) {}

Result<Page> Listing::list(const Context& context, const Query& query, Deadline deadline) {
  auto candidates = Candidates::make(context, query.filter, deadline);
  if (!candidates) return candidates.error();
  if (candidates->narrowed()) {
    auto page = few(context, query, *candidates, deadline);
    if (!page || *page) return page ? Result<Page>(std::move(**page)) : Result<Page>(page.error());
  }
  if (query.start_index > 1)
    if (const auto snapshot = kept(query)) {
      auto page = page_of(context, *snapshot, query, deadline);
      if (!page || page->second)
        return page ? Result<Page>(std::move(page->first)) : Result<Page>(page.error());
    }
  auto fresh = take_snapshot(context, query, *candidates, deadline);
  if (!fresh) return fresh.error();
  auto page = page_of(context, **fresh, query, deadline);
  if (!page) return page.error();
  return std::move(page->first);
}

// A narrowed filter nearly always matches a handful: one search gives the page. nullopt: they are too many
// for that.
Result<std::optional<Page>> Listing::few(const Context& context, const Query& query,
                                         const Candidates& candidates, Deadline deadline) {
  std::vector<directory::Entry> entries;
  const auto filter = Filter::all_of({*candidates.narrowed(), of_type(context, *source_.type)});
  const directory::SearchRequest search{source_.base, directory::Scope::Subtree, filter,
                                        candidates.attributes(source_.attributes), 0};
  auto done = context.directory.search(search, deadline, [&](directory::Entry&& entry) {
    entries.push_back(std::move(entry));
    return entries.size() <= most_at_once;
  });
  if (!done) return done.error().kind == ErrorKind::NotFound ? missing_base(source_.base) : done.error();
  if (entries.size() > most_at_once) return std::optional<Page>();
  std::vector<json::object> matches;
  for (const auto& entry : entries) {
    auto resource = candidates.match(context, entry, *source_.type, deadline);
    if (!resource) return resource.error();
    if (*resource) matches.push_back(std::move(**resource));
  }
  std::sort(matches.begin(), matches.end(),
            [](const auto& a, const auto& b) { return a.at("id").get_string() < b.at("id").get_string(); });
  Page page;
  page.total = matches.size();
  for (std::size_t i = query.start_index - 1; i < matches.size() && page.resources.size() < query.count; ++i)
    page.resources.push_back(std::move(matches[i]));
  return std::optional<Page>(std::move(page));
}

// The resources of one page, and whether all of them were still there.
Result<std::pair<Page, bool>> Listing::page_of(const Context& context, const Snapshot& snapshot,
                                               const Query& query, Deadline deadline) {
  Page page;
  page.total = snapshot.ids.size();
  const auto from = static_cast<std::size_t>(std::min<std::uint64_t>(query.start_index - 1, page.total));
  const auto many = static_cast<std::size_t>(std::min<std::uint64_t>(query.count, page.total - from));
  std::vector<directory::SearchRequest> searches;
  for (std::size_t at = from; at < from + many; at += ids_per_search) {
    std::vector<Filter> any;
    for (std::size_t i = at; i < std::min(at + ids_per_search, from + many); ++i)
      any.push_back(Filter::equal("dirbridgeId", unpack(snapshot.ids[i])));
    searches.push_back(
        {source_.base, directory::Scope::Subtree, Filter::any_of(std::move(any)), source_.attributes, 0});
  }
  for (auto& found : context.directory.search_all(searches, deadline)) {
    if (!found) return found.error();
    std::sort(found->begin(), found->end(), [](const auto& a, const auto& b) {
      return a.attributes.first("dirbridgeId") < b.attributes.first("dirbridgeId");
    });
    for (const auto& entry : *found) {
      auto record = mapping::read_record(entry);
      if (!record) return record.error();
      page.resources.push_back(mapping::to_resource(std::move(*record), source_.type->name));
    }
  }
  const bool complete = page.resources.size() == many;
  return std::pair(std::move(page), complete);
}

Result<std::shared_ptr<const Listing::Snapshot>> Listing::take_snapshot(const Context& context,
                                                                        const Query& query,
                                                                        const Candidates& candidates,
                                                                        Deadline deadline) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->filter_text = query.filter_text;
  snapshot->taken = std::chrono::steady_clock::now();
  const auto all = Filter::all_of({Filter::equal("objectClass", source_.object_class),
                                   Filter::equal("dirbridgeConnection", context.rules.connection)});
  const bool evaluate = query.filter && !candidates.needs_members();
  std::optional<Error> failure;
  auto done = context.directory.search(
      {source_.base, directory::Scope::Subtree, all,
       evaluate ? source_.attributes : std::vector<std::string>{"dirbridgeId"}, page_size},
      deadline, [&](directory::Entry&& entry) {
        if (evaluate) {
          auto resource = candidates.match(context, entry, *source_.type, deadline);
          if (!resource) failure = resource.error();
          if (!resource || !*resource) return !failure;
        }
        snapshot->ids.push_back(pack(entry.attributes.first("dirbridgeId")));
        return true;
      });
  if (failure) return *failure;
  if (!done) return done.error().kind == ErrorKind::NotFound ? missing_base(source_.base) : done.error();
  if (candidates.needs_members())
    if (auto left = keep_matching(context, *snapshot, candidates, deadline); !left) return left.error();
  std::sort(snapshot->ids.begin(), snapshot->ids.end());
  if (snapshot->ids.size() > query.count) keep(snapshot);
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

// A filter that needs whole groups is evaluated one group at a time: memory stays that of the largest.
Result<> Listing::keep_matching(const Context& context, Snapshot& snapshot, const Candidates& candidates,
                                Deadline deadline) {
  std::vector<Id> matching;
  for (const auto& id : snapshot.ids) {
    auto entry =
        find_entry(context, *source_.type, unpack(id), candidates.attributes(source_.attributes), deadline);
    if (!entry && entry.error().kind == ErrorKind::NotFound) continue;
    if (!entry) return entry.error();
    auto resource = candidates.match(context, *entry, *source_.type, deadline);
    if (!resource) return resource.error();
    if (*resource) matching.push_back(id);
  }
  snapshot.ids = std::move(matching);
  return {};
}

std::shared_ptr<const Listing::Snapshot> Listing::kept(const Query& query) {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  kept_.remove_if([&](const auto& s) { return now - s->taken > snapshot_life; });
  const auto at = std::find_if(kept_.begin(), kept_.end(),
                               [&](const auto& s) { return s->filter_text == query.filter_text; });
  return at == kept_.end() ? nullptr : *at;
}

void Listing::keep(std::shared_ptr<const Snapshot> snapshot) {
  const std::lock_guard lock(mutex_);
  kept_.remove_if([&](const auto& s) { return s->filter_text == snapshot->filter_text; });
  kept_.push_front(std::move(snapshot));
  if (kept_.size() > most_snapshots) kept_.pop_back();
}

}  // namespace dirbridge::provision
