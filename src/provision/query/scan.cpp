#include "provision/query/scan.hpp"

#include <cstdint>

#include "directory/vocabulary.hpp"
#include "mapping/record.hpp"

namespace dirbridge::provision {

namespace {

std::string_view searchable_copy(const scim::AttributeRef& ref) {
  if (ref.extension || ref.sub) return {};
  if (ref.attribute->name == "userName") return attr::user_name;
  if (ref.attribute->name == "displayName") return attr::display_name;
  if (ref.attribute->name == "externalId") return attr::external_id;
  return {};
}

constexpr const char* advice =
    "; ask for eq on userName, externalId, id, displayName or emails, which have an index";

}  // namespace

Scan::Scan(std::size_t most, Deadline deadline)
    : most_(most), deadline_(std::chrono::steady_clock::now() + remaining(deadline) * 8 / 10) {}

Result<> Scan::count() {
  if (++seen_ > most_)
    return error(ErrorKind::TooMany,
                 "this query has no index and would look at more than " + std::to_string(most_) +
                     " resources" + advice,
                 "filter");
  if (seen_ % 64 == 0 && remaining(deadline_).count() == 0)
    return error(ErrorKind::Timeout, "no time is left for more entries");
  return {};
}

directory::Directory::Sink Scan::each(Look look) {
  return [this, look = std::move(look)](directory::Entry&& entry) {
    auto done = count();
    if (done) done = look(entry);
    if (!done) failure_ = done.error();
    return bool(done);
  };
}

Result<> Scan::outcome(const Result<>& search) const {
  const auto& ended = failure_ ? Result<>(*failure_) : search;
  const bool bounded = most_ < SIZE_MAX;
  if (ended || ended.error().kind != ErrorKind::Timeout || seen_ == 0 || !bounded) return ended;
  return error(ErrorKind::TooMany,
               "this query has no index and took too long: " + std::to_string(seen_) +
                   " resources were looked at" + advice,
               "filter");
}

SortReader::SortReader(const scim::Sort& sort) : sort_(sort) {
  if (!sort.by.attribute || (!sort.by.extension && sort.by.attribute->name == "id")) return;
  copy_ = searchable_copy(sort.by);
  needs_resource_ = copy_.empty();
}

std::vector<std::string> SortReader::attributes() const {
  if (copy_.empty()) return {attr::id};
  return {attr::id, copy_};
}

std::string SortReader::key(const directory::Entry& entry) const {
  if (!sort_.by.attribute) return {};
  const auto value = copy_.empty() ? entry.attributes.first(attr::id) : entry.attributes.first(copy_);
  if (value.empty()) return scim::sort_key(sort_, {});
  return scim::sort_key(sort_, {{sort_.by.attribute->name, value}});
}

Result<std::optional<json::object>> read_resource(const directory::Entry& entry,
                                                  const scim::ResourceType& type) {
  auto record = mapping::read_record(entry);
  if (!record && record.error().kind == ErrorKind::NotFound) return std::optional<json::object>();
  if (!record) return record.error();
  return std::optional(mapping::to_resource(std::move(*record), type.name));
}

}  // namespace dirbridge::provision
