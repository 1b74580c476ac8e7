#include "support/between.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dirbridge::test {

Result<> Between::search(const directory::SearchRequest& r, Deadline d, const Sink& sink) {
  auto out = ForwardingDirectory::search(r, d, sink);
  if (searched) searched();
  return out;
}

std::vector<Result<std::vector<directory::Entry>>> Between::search_all(
    std::span<const directory::SearchRequest> r, Deadline d) {
  auto out = ForwardingDirectory::search_all(r, d);
  if (searched) searched();
  return out;
}

Result<> Between::search_each(std::span<const directory::SearchRequest> r, Deadline d, const Sink& sink) {
  auto out = ForwardingDirectory::search_each(r, d, sink);
  if (searched) searched();
  return out;
}

Result<std::optional<directory::Entry>> Between::apply(const directory::Change& change,
                                                       const std::vector<std::string>& read_back,
                                                       Deadline d) {
  if (before)
    if (auto may = before(change); !may) return may.error();
  auto done = ForwardingDirectory::apply(change, read_back, d);
  if (done && after)
    if (auto heard = after(change); !heard) return heard.error();
  return done;
}

Between::Before Between::cut_once(std::function<bool(const directory::Change&)> which) {
  return [which = std::move(which), cut = false](const directory::Change& change) mutable -> Result<> {
    if (cut || !which(change)) return {};
    cut = true;
    return error(ErrorKind::OutcomeUnknown, "the connection died");
  };
}

Between::Before Between::refused_when(std::function<bool(const directory::Change&)> which) {
  return [which = std::move(which)](const directory::Change& change) -> Result<> {
    if (!which(change)) return {};
    return error(ErrorKind::Denied,
                 "the directory answered insufficientAccessRights: " + directory::target(change).str(),
                 "insufficientAccessRights");
  };
}

Between::Before Between::away_after(std::function<bool(const directory::Change&)> which) {
  return [which = std::move(which), away = false](const directory::Change& change) mutable -> Result<> {
    if (away) return error(ErrorKind::Unavailable, "the directory is away");
    away = which(change);
    return {};
  };
}

std::vector<Result<>> Between::apply_all(std::span<const directory::Change> changes, Deadline d) {
  std::vector<Result<>> out;
  for (const auto& change : changes) {
    auto done = apply(change, {}, d);
    out.push_back(done ? Result<>() : Result<>(done.error()));
  }
  return out;
}

Between::Mixed Between::apply_and_search(const directory::Change& change,
                                         const std::vector<std::string>& read_back,
                                         std::span<const directory::SearchRequest> searches, Deadline d) {
  if (before)
    if (auto may = before(change); !may) return {may.error(), {}};
  auto done = ForwardingDirectory::apply_and_search(change, read_back, searches, d);
  if (done.change && after)
    if (auto heard = after(change); !heard) done.change = heard.error();
  return done;
}

bool changes_entry(const directory::Change& change, std::string_view dn) {
  return directory::target(change).str() == dn;
}

bool changes_attribute(const directory::Change& change, std::string_view attribute) {
  const auto* modify = std::get_if<directory::Modify>(&change.operation);
  return modify && std::any_of(modify->modifications.begin(), modify->modifications.end(),
                               [&](const auto& m) { return iequals(m.attribute, attribute); });
}

}  // namespace dirbridge::test
