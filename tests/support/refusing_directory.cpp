#include "support/refusing_directory.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dirbridge::test {

Result<std::optional<directory::Entry>> RefusingDirectory::apply(const directory::Change& change,
                                                                 const std::vector<std::string>& read_back,
                                                                 Deadline d) {
  if (refuses && refuses(change))
    return error(ErrorKind::Denied,
                 "the directory answered insufficientAccessRights: " + directory::target(change).str(),
                 "insufficientAccessRights");
  return ForwardingDirectory::apply(change, read_back, d);
}

std::vector<Result<>> RefusingDirectory::apply_all(std::span<const directory::Change> changes, Deadline d) {
  std::vector<Result<>> out;
  for (const auto& change : changes) {
    auto done = apply(change, {}, d);
    out.push_back(done ? Result<>() : Result<>(done.error()));
  }
  return out;
}

directory::Directory::Mixed RefusingDirectory::apply_and_search(
    const directory::Change& change, const std::vector<std::string>& read_back,
    std::span<const directory::SearchRequest> searches, Deadline d) {
  auto done = apply(change, read_back, d);
  return {std::move(done), search_all(searches, d)};
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
